using System.Buffers;

namespace OhlcvConnector.Infrastructure.Engine.Rest;

/// <summary>The body of an answer, in memory that is used again once it is disposed.</summary>
internal sealed class RestBody : IDisposable
{
    private const int AtLeast = 16 * 1024;

    private byte[] _bytes;
    private int _length;

    private RestBody(int length) => _bytes = ArrayPool<byte>.Shared.Rent(length);

    /// <summary>The bytes; nobody may keep them.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Reads all of a body.</summary>
    /// <param name="content">The content of an answer whose headers have been read.</param>
    /// <param name="most">Number of bytes beyond which it is no answer.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="HttpRequestException">The body is longer, or ends early.</exception>
    public static async Task<RestBody> ReadAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        var told = content.Headers.ContentLength ?? AtLeast;
        var body = new RestBody((int)Math.Clamp(told + 1, AtLeast, most)); // one more, so that its end is read into what is there
        try
        {
            var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                while (await stream.ReadAsync(body._bytes.AsMemory(body._length), cancellationToken).ConfigureAwait(false) is > 0 and var count)
                {
                    body._length += count;
                    body.MakeRoom(most);
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length) = ([], 0);
    }

    private void MakeRoom(int most)
    {
        if (_length > most)
        {
            throw new HttpRequestException($"The answer is longer than {most} bytes.");
        }

        if (_length == _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_length * 2);
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
    }
}
