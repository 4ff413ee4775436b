using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Okx;

/// <content>Reads what stands around the candles of every message, and answers.</content>
internal sealed partial class OkxVenue
{
    private static ReadOnlySpan<byte> Candle => "candle"u8;

    [GeneratedRegex("channel:candle(?<bar>[0-9A-Za-z]+),instId:(?<id>[^ ]+)", RegexOptions.CultureInvariant)]
    private static partial Regex SeriesInText();

    /// <summary>The properties of a message.</summary>
    private ref struct Envelope
    {
        /// <summary>The value of <c>data</c>, which is read when the arg is known, whatever the order of the keys.</summary>
        public Utf8JsonReader Rows;
        private ReadOnlySpan<byte> _channel;
        private ReadOnlySpan<byte> _verb;
        private string? _id;
        private string? _code;
        private string? _text;

        /// <summary>The symbol; empty when the message names none.</summary>
        public ReadOnlySpan<byte> InstId { get; private set; }

        /// <summary>The interval as the channel spells it.</summary>
        public readonly ReadOnlySpan<byte> Bar => _channel[Candle.Length..];

        /// <summary>True when the message brings candles.</summary>
        public readonly bool HasCandles => _verb.IsEmpty && Rows.TokenType == JsonTokenType.StartArray && IsCandle;

        private readonly bool IsCandle => _channel.StartsWith(Candle);

        /// <summary>Reads the property that the reader stands on.</summary>
        public void ReadProperty(ref Utf8JsonReader reader)
        {
            if (reader.Property("arg"u8))
            {
                ReadArg(ref reader);
            }
            else if (reader.Property("data"u8))
            {
                Rows = reader.SetAside();
            }
            else if (reader.Property("event"u8))
            {
                _verb = reader.Text();
            }
            else if (reader.Property("id"u8))
            {
                _id = reader.TextOrNull();
            }
            else if (reader.Property("code"u8))
            {
                _code = reader.TextOrNull();
            }
            else if (reader.Property("msg"u8))
            {
                _text = reader.TextOrNull();
            }
            else
            {
                reader.SkipValue();
            }
        }

        /// <summary>Returns what a message without candles says.</summary>
        public readonly Frame ToAnswer() =>
            _verb.SequenceEqual("subscribe"u8)
                && IsCandle ? new Frame(
                    FrameKind.Acknowledged, new FrameNote { Symbol = Encoding.UTF8.GetString(InstId), Interval = Encoding.UTF8.GetString(Bar) })
            : _verb.SequenceEqual("notice"u8) ? new Frame(FrameKind.Closing, new FrameNote { Text = $"{_text} (code {_code})" })
            : _verb.SequenceEqual("error"u8) || _verb.SequenceEqual("channel-conn-count-error"u8) ? Rejection()
            : Frame.Noise;

        private void ReadArg(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("'arg' is no object.");
            }

            while (reader.NextProperty())
            {
                if (reader.Property("channel"u8))
                {
                    _channel = reader.Text();
                }
                else if (reader.Property("instId"u8))
                {
                    InstId = reader.Text();
                }
                else
                {
                    reader.SkipValue();
                }
            }
        }

        private readonly Frame Rejection()
        {
            var text = _text ?? "";
            var named = SeriesInText().Match(text);
            return new Frame(FrameKind.Rejected, new FrameNote
            {
                RequestId = long.TryParse(_id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
                Symbol = named.Success ? named.Groups["id"].Value : null,
                Interval = named.Success ? named.Groups["bar"].Value : null,
                Text = $"{text} (code {_code})",
                Retry = _code is "60014" or "64007",
            });
        }
    }
}
