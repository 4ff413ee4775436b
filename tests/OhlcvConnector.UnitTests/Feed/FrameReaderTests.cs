using System.Net.WebSockets;
using System.Text;
using OhlcvConnector.Infrastructure.Engine.Feed;
using Shouldly;

namespace OhlcvConnector.UnitTests.Feed;

/// <summary>What a WebSocket brings in parts comes out as whole frames; what no venue sends is told and does not end the reading.</summary>
public class FrameReaderTests
{
    [Fact]
    public void A_message_in_many_parts_is_one_frame()
    {
        var text = new string('x', 300_000);

        Read(new Message(text, PartBytes: 7_001), new Message("next")).ShouldBe([text, "next"]);
    }

    [Fact]
    public void A_message_as_long_as_the_buffer_is_whole() =>
        Read(new Message(new string('x', 64 * 1024)), new Message("next")).ShouldBe([new string('x', 64 * 1024), "next"]);

    [Fact]
    public void A_message_that_is_too_long_is_told_and_the_next_one_is_read() =>
        Read(new Message(new string('x', FrameReader.MaxFrame + 1)), new Message("next"))
            .ShouldBe([$"unreadable: a frame of more than {FrameReader.MaxFrame} bytes", "next"]);

    [Fact]
    public void The_longest_message_that_is_allowed_is_read() =>
        Read(new Message(new string('x', FrameReader.MaxFrame - 1)))[0].Length.ShouldBe(FrameReader.MaxFrame - 1);

    [Fact]
    public void A_binary_message_is_told_and_the_next_one_is_read() =>
        Read(new Message("{}", IsBinary: true), new Message("next")).ShouldBe(["unreadable: a binary frame", "next"]);

    [Fact]
    public void An_empty_message_is_a_frame() => Read(new Message(string.Empty), new Message("next")).ShouldBe([string.Empty, "next"]);

    private static List<string> Read(params Message[] messages)
    {
        using var webSocket = new ScriptedWebSocket(messages);
        var heard = new List<string>();

        new FrameReader(webSocket, frame => heard.Add(Encoding.UTF8.GetString(frame)), (reason, _) => heard.Add($"unreadable: {reason}")).Run();

        return heard;
    }

    private sealed record Message(string Text, int PartBytes = int.MaxValue, bool IsBinary = false);

    /// <summary>Brings messages as they are written down, then a close frame.</summary>
    private sealed class ScriptedWebSocket(Message[] messages) : WebSocket
    {
        private int _message;
        private int _sent;

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (_message == messages.Length)
            {
                return new(new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true));
            }

            var message = messages[_message];
            var bytes = Encoding.UTF8.GetBytes(message.Text).AsSpan(_sent);
            var part = Math.Min(Math.Min(bytes.Length, buffer.Length), message.PartBytes);
            bytes[..part].CopyTo(buffer.Span);
            var isEnd = part == bytes.Length;
            (_message, _sent) = isEnd ? (_message + 1, 0) : (_message, _sent + part);
            return new(new ValueWebSocketReceiveResult(part, message.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, isEnd));
        }

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }
    }
}
