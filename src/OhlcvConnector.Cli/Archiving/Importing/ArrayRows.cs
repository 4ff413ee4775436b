using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OhlcvConnector.Cli.Archiving.Importing;

/// <summary>
/// Rows of a JSON array of arrays, as ccxt gives and freqtrade keeps them: <c>[[1672531200000,16541.77,16545.7,16508.39,16529.67,4364.8357],...]</c>.
/// </summary>
internal static partial class ArrayRows
{
    /// <summary>Reads them, each as it comes.</summary>
    public static async IAsyncEnumerable<FileRow> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        var rows = JsonSerializer.DeserializeAsyncEnumerable(stream, Json.Default.JsonElement, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (rows.ConfigureAwait(false))
        {
            while (true)
            {
                string? broken = null;
                number++;
                try
                {
                    if (!await rows.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (JsonException exception)
                {
                    broken = $"the JSON ends or breaks here, and what follows was not read: {exception.Message}";
                }

                yield return broken is null ? Row(number, rows.Current) : FileRow.Refused(number, broken);
                if (broken is not null)
                {
                    yield break;
                }
            }
        }
    }

    private static FileRow Row(long number, JsonElement row) => row.ValueKind == JsonValueKind.Array
        ? FileRow.Of(number, [.. row.EnumerateArray().Select(field => field.ValueKind == JsonValueKind.String ? field.GetString()! : field.GetRawText())])
        : FileRow.Refused(number, "it is no array");

    [JsonSerializable(typeof(JsonElement))]
    private sealed partial class Json : JsonSerializerContext;
}
