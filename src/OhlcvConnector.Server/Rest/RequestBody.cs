using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Rest;

/// <summary>Reads what is sent with a request.</summary>
internal static class RequestBody
{
    /// <summary>What it must be said to be.</summary>
    public const string Json = "application/json";

    private const int MostRead = 1024 * 1024;
    private const int BufferSize = 16 * 1024;

    /// <summary>Reads all of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">Most bytes that are taken.</param>
    /// <param name="mustBeJson">Whether it must be said to be JSON. A web page can send anything else without being asked before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RequestException">It is more, or said to be something else.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int most, bool mustBeJson, CancellationToken cancellationToken)
    {
        if (mustBeJson && !IsJson(request.ContentType))
        {
            throw WrongType();
        }

        using var body = new MemoryStream();
        var buffer = new byte[BufferSize];
        var isTooMuch = false;
        try
        {
            while (await request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                isTooMuch |= body.Length + count > most;
                body.Write(buffer, 0, isTooMuch ? 0 : count);
            }
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(most);
        }
        catch (BadHttpRequestException exception)
        {
            throw Bad(exception.Message);
        }

        return isTooMuch ? throw TooLarge(most) : body.ToArray();
    }

    /// <summary>
    /// Lets a request send something. More than is taken is read, up to a bound, and thrown away: who is cut off while he sends does not get the answer, nor
    /// can he ask on over his connection.
    /// </summary>
    public static void Allow(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostRead;
        }
    }

    /// <summary>Reads an object.</summary>
    /// <exception cref="RequestException">It is none, has a field too many or twice, or one that is not what it must be; the text names it.</exception>
    public static T Read<T>(byte[] body)
        where T : class
    {
        var type = (JsonTypeInfo<T>)RestNames.Camel.GetTypeInfo(typeof(T));
        try
        {
            Check(body, type);
            return JsonSerializer.Deserialize(body, type) ?? throw Bad("Send an object.");
        }
        catch (JsonException exception) when (exception.Path is null or "$")
        {
            var missing = type.Properties.Where(property => property.IsRequired).Select(property => property.Name);
            throw Bad(body.Length == 0 || exception.Path is null
                ? $"What is sent {Where(exception)}."
                : $"The object needs: {string.Join(", ", missing)}.");
        }
        catch (JsonException exception)
        {
            throw Bad($"The field '{V1Reader.Shown(exception.Path![2..])}' is not what it must be; /openapi.json describes it.");
        }
    }

    /// <summary>The refusal of what is not said to be JSON.</summary>
    public static RequestException WrongType() => new(ErrorCode.WrongType, $"Send JSON, with the header Content-Type: {Json}.");

    private static RequestException TooLarge(int most) => new(ErrorCode.TooLarge, $"At most {most} bytes are taken here.");

    private static RequestException Bad(string message) => new(ErrorCode.BadRequest, message);

    /// <summary>Whether a body is said to be JSON.</summary>
    public static bool IsJson(string? contentType) =>
        System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, Json, StringComparison.OrdinalIgnoreCase);

    private static string Where(JsonException exception) =>
        exception.LineNumber is { } line
            ? FormattableString.Invariant($"is no JSON: line {line + 1}, byte {exception.BytePositionInLine + 1}")
            : "names a field twice"; // the one mistake that has no place

    private static void Check(byte[] body, JsonTypeInfo type)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Bad("Send an object.");
        }

        string[] known = [.. type.Properties.Select(property => property.Name)];
        foreach (var field in document.RootElement.EnumerateObject())
        {
            if (!known.Contains(field.Name, StringComparer.Ordinal))
            {
                throw Bad($"There is no field '{V1Reader.Shown(field.Name)}'; {Nearest.Words(V1Reader.Shown(field.Name), known)}");
            }
        }
    }
}
