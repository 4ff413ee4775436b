using System.Text.Json;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.GateIo;

/// <content>Reads what stands around candles and trades, and answers.</content>
internal sealed partial class GateIoVenue
{
    /// <summary>Envelope of a message: what stands around candles, trades and answers.</summary>
    private ref struct Envelope
    {
        public Utf8JsonReader Result;
        private long _seconds;
        private long _milliseconds;
        private long? _id;
        private bool _isSubscribe;
        private long _errorCode;
        private string? _error;

        public bool IsPong { get; private set; }

        public bool IsCandles { get; private set; }

        public bool IsTrades { get; private set; }

        public bool IsSystem { get; private set; }

        public bool IsUpdate { get; private set; }

        public readonly long? EventMs => EventMs(_milliseconds, _seconds);

        public void ReadProperty(ref Utf8JsonReader reader)
        {
            if (reader.Property("result"u8))
            {
                Result = reader.SetAside(); // read when the channel is known, whatever the order of the keys
            }
            else if (reader.Property("channel"u8))
            {
                var channel = reader.Text();
                IsCandles = channel.EndsWith(Candles);
                IsTrades = channel.EndsWith(".trades"u8);
                IsPong = channel.EndsWith(".pong"u8);
                IsSystem = channel.EndsWith(".system"u8);
            }
            else if (reader.Property("event"u8))
            {
                var verb = reader.TokenType == JsonTokenType.String ? reader.Text() : default;
                IsUpdate = verb.SequenceEqual("update"u8) || verb.SequenceEqual("all"u8);
                _isSubscribe = verb.SequenceEqual("subscribe"u8);
            }
            else if (reader.Property("time_ms"u8))
            {
                _milliseconds = reader.TokenType == JsonTokenType.Null ? 0 : reader.Integer();
            }
            else if (reader.Property("time"u8))
            {
                _seconds = reader.TokenType == JsonTokenType.Null ? 0 : reader.Integer();
            }
            else if (reader.Property("id"u8))
            {
                _id = reader.IntegerOrNull();
                reader.Skip();
            }
            else if (reader.Property("error"u8))
            {
                ReadError(ref reader);
            }
            else
            {
                reader.SkipValue();
            }
        }

        /// <summary>Returns the answer of a message without candles. Of its error codes, 1 and 2 are our mistake, 4 is the venue's.</summary>
        public readonly Frame ToAnswer() =>
            _error is not null ? new Frame(
                FrameKind.Rejected, new FrameNote { RequestId = _id, IsTrades = IsTrades, Text = $"{_error} (code {_errorCode})", Retry = _errorCode == 4 })
            : _isSubscribe ? new Frame(FrameKind.Acknowledged, new FrameNote { RequestId = _id, IsTrades = IsTrades })
            : Frame.Noise;

        private void ReadError(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                return;
            }

            _error = "";
            while (reader.NextProperty())
            {
                if (reader.Property("code"u8))
                {
                    _errorCode = reader.Integer();
                }
                else if (reader.Property("message"u8))
                {
                    _error = reader.TextOrNull() ?? "";
                }
                else
                {
                    reader.SkipValue();
                }
            }
        }
    }
}
