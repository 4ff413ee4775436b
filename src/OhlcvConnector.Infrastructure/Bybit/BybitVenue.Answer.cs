using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Bybit;

/// <content>Reads the answers to requests.</content>
internal sealed partial class BybitVenue
{
    /// <summary>
    /// <c>{"success":true,"ret_msg":"","conn_id":"...","req_id":"1","op":"subscribe"}</c>, or false with <c>Invalid topic: kline.1.X</c> or
    /// <c>error:handler not found,topic:kline.1.X</c>, or, which is no failure of that topic, <c>error:already subscribed,topic:kline.1.X</c>;
    /// some gateways answer <c>{"type":"COMMAND_RESP","data":{"failTopics":[],"successTopics":[...]}}</c>.
    /// </summary>
    private ref struct Answer
    {
        private bool? _success;
        private string? _text;
        private string? _op;
        private string? _id;
        private bool _isCommand;

        public void ReadProperty(ref Utf8JsonReader reader)
        {
            if (reader.Property("success"u8))
            {
                _success = reader.Boolean();
            }
            else if (reader.Property("ret_msg"u8))
            {
                _text = reader.TextOrNull();
            }
            else if (reader.Property("op"u8))
            {
                _op = reader.TextOrNull();
            }
            else if (reader.Property("req_id"u8))
            {
                _id = reader.TextOrNull();
            }
            else if (reader.Property("type"u8))
            {
                _isCommand = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("COMMAND_RESP"u8);
                reader.Skip();
            }
            else
            {
                reader.SkipValue();
            }
        }

        public readonly Frame ToFrame(ref Utf8JsonReader data)
        {
            long? id = long.TryParse(_id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
            if (_op == "pong" || _text == "pong")
            {
                return Frame.Heartbeat;
            }

            var failed = _isCommand && data.TokenType == JsonTokenType.StartObject ? FirstFailed(ref data) : null;
            if (_success == false || failed is not null)
            {
                return Rejection(id, failed ?? _text ?? "");
            }

            return _op == "subscribe" || _isCommand ? new Frame(FrameKind.Acknowledged, new FrameNote { RequestId = id }) : Frame.Noise;
        }

        private static string? FirstFailed(ref Utf8JsonReader data)
        {
            string? failed = null;
            while (data.NextProperty())
            {
                if (data.Property("failTopics"u8) && data.TokenType == JsonTokenType.StartArray)
                {
                    while (data.NextElement())
                    {
                        failed ??= "Invalid topic: " + data.TextOrNull();
                    }
                }
                else
                {
                    data.Skip(); // over the value, also from its name
                }
            }

            return failed;
        }

        private static Frame Rejection(long? id, string text)
        {
            var start = text.IndexOf("kline.", StringComparison.Ordinal);
            var topic = start < 0 ? [] : text[start..].Split('.', 3);
            var isNamed = topic.Length == 3;
            return new Frame(FrameKind.Rejected, new FrameNote
            {
                RequestId = id,
                Symbol = isNamed ? topic[2].Trim() : null,
                Interval = isNamed ? topic[1] : null,
                Text = text,
                IsSubscribed = text.Contains("already subscribed", StringComparison.OrdinalIgnoreCase),
            });
        }
    }
}
