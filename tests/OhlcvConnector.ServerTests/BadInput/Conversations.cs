using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace OhlcvConnector.ServerTests.BadInput;

/// <summary>Does what a row says, and puts what comes back into the row's words.</summary>
internal static class Conversations
{
    public static Func<ServerStage, Task<string>> First(string? message) => async stage =>
    {
        await using var client = await stage.ConnectAsync();
        if (message is not null)
        {
            await client.SayAsync(message);
        }

        var error = await client.ReadAsync("error");
        return $"error \"{error.Text("message")}\"; {await EndAsync(client)}";
    };

    public static Func<ServerStage, Task<string>> FirstSentence(string message) => async stage =>
    {
        await using var client = await stage.ConnectAsync();
        await client.SayAsync(message);
        var words = (await client.ReadAsync("error")).Text("message")!;
        return $"error \"{words.Split(". ")[0].TrimEnd('.')}.\"; {await EndAsync(client)}";
    };

    public static Func<ServerStage, Task<string>> Second(string message) => async stage =>
    {
        await using var client = await stage.ConnectAsync();
        await client.SayAsync("""{"exchange":"binance","symbols":["BTCUSDT"]}""");
        await client.ReadAsync("subscribed");
        await client.SayAsync(message);
        var error = (await client.ReadAsync("error")).Text("system_message");
        await client.ReadAsync("quote");
        return $"error \"{error}\"; stays open";
    };

    public static Func<ServerStage, Task<string>> V1(string message) => V1(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text);

    public static Func<ServerStage, Task<string>> V1(byte[] message, WebSocketMessageType type) => async stage =>
    {
        await using var client = await GreetAsync(stage);
        await client.SayAsync(message, type);
        return await ObserveAsync(client);
    };

    public static Func<ServerStage, Task<string>> Fragments(string message, int count) => async stage =>
    {
        await using var client = await GreetAsync(stage);
        var bytes = Encoding.UTF8.GetBytes(message);
        for (var i = 0; i < count; i++)
        {
            await client.SayAsync(bytes[(bytes.Length * i / count)..(bytes.Length * (i + 1) / count)], WebSocketMessageType.Text, isLast: i == count - 1);
        }

        return await ObserveAsync(client);
    };

    public static async Task<string> EndlessFragments(ServerStage stage)
    {
        await using var client = await GreetAsync(stage);
        for (var i = 0; i < 9; i++)
        {
            await client.SayAsync(new byte[8_000], WebSocketMessageType.Binary, isLast: false);
        }

        return await ObserveAsync(client);
    }

    public static Func<ServerStage, Task<string>> Flood(int messages) => async stage =>
    {
        await using var client = await GreetAsync(stage);
        for (var i = 1; i < messages; i++)
        {
            await client.SayAsync("""{"op":"ping"}""");
        }

        if (messages > 1_000)
        {
            while (await client.ReadAsync() is not null)
            {
                // acks, then refusals
            }

            return Close(client);
        }

        var error = await client.ReadAsync("error");
        return $"error {error.Text("code")}{(error.TryGetProperty("retry_after_ms", out _) ? " with retry_after_ms" : "")}; {await EndAsync(client, probe: false)}";
    };

    public static Func<ServerStage, Task<string>> Pings(int pings) => async stage =>
    {
        await using var raw = await RawClient.OpenAsync(stage.Server.StreamAddress);
        for (var i = 0; i < pings; i++)
        {
            await raw.FrameAsync(0x89, []);
        }

        await raw.FrameAsync(0x81, """{"op":"ping","id":"probe"}"""u8.ToArray());
        for (var pongs = 0; ; pongs++)
        {
            var (kind, payload) = await raw.ReadFrameAsync();
            if (kind != 0x0A)
            {
                return kind == 8 ? $"close {BinaryPrimitives.ReadUInt16BigEndian(payload)}" : pongs == 100 ? "not answered; stays open" : $"{pongs} answered";
            }
        }
    };

    public static async Task<string> EmptyFragments(ServerStage stage)
    {
        await using var raw = await RawClient.OpenAsync(stage.Server.StreamAddress);
        await raw.FrameAsync(0x81, """{"op":"ping"}"""u8.ToArray());
        await raw.ReadFrameAsync();
        for (var i = 0; i < 10_001; i++)
        {
            await raw.FrameAsync((byte)(i == 0 ? 0x01 : 0x00), []);
        }

        var (kind, payload) = await raw.ReadFrameAsync();
        using var error = JsonDocument.Parse(kind == 1 ? payload : "{}"u8.ToArray());
        return $"error {error.RootElement.Text("code")}; {await CloseOfAsync(raw)}";
    }

    public static Func<ServerStage, Task<string>> Frame(byte first, byte[] payload, bool masked = true, bool deflates = true) => async stage =>
    {
        await using var raw = await RawClient.OpenAsync(stage.Server.StreamAddress, deflates ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "");
        await raw.FrameAsync(first, payload, masked);
        return await CloseOfAsync(raw);
    };

    public static async Task<string> HalfFrame(ServerStage stage)
    {
        await using var raw = await RawClient.OpenAsync(stage.Server.StreamAddress);
        await raw.SendAsync(0x81, 0xFE, 0x01);
        var (kind, payload) = await raw.ReadFrameAsync();
        using var error = JsonDocument.Parse(kind == 1 ? payload : "{}"u8.ToArray());
        return $"error \"{error.RootElement.Text("message")}\"; {await CloseOfAsync(raw)}";
    }

    public static async Task<string> HalfHandshake(ServerStage stage)
    {
        await using var raw = await RawClient.DialAsync(stage.Server.StreamAddress);
        await raw.RequestAsync("GET / HTTP/1.1\r\nHost: x\r\nUpgra");
        return Status(raw);
    }

    public static Func<ServerStage, Task<string>> Http(string request) => async stage =>
    {
        await using var raw = await RawClient.DialAsync(stage.Server.StreamAddress);
        await raw.RequestAsync(request);
        return Status(raw);
    };

    public static async Task<string> OneTooMany(ServerStage stage)
    {
        await using var first = await GreetAsync(stage);
        await using var second = await RawClient.OpenAsync(stage.Server.StreamAddress);
        return Status(second);
    }

    public static Func<ServerStage, Task<string>> Unauthorized(string message) => async stage =>
    {
        await using var client = await stage.ConnectAsync();
        await client.SayAsync(message);
        return $"error {(await client.ReadAsync("error")).Text("code")}; {await EndAsync(client)}";
    };

    private static async Task<TestClient> GreetAsync(ServerStage stage)
    {
        var client = await stage.ConnectAsync();
        await client.SayAsync("""{"op":"ping","id":0}""");
        await client.ReadAsync("ack");
        return client;
    }

    private static async Task<string> ObserveAsync(TestClient client)
    {
        if (await client.ReadAsync() is not { } answer)
        {
            return Close(client);
        }

        var words = answer.Text("type") == "error"
            ? $"error {answer.Text("code")}{(answer.TryGetProperty("suggestions", out _) ? " with suggestions" : "")}"
            : answer.Text("type");
        return $"{words}; {await EndAsync(client)}";
    }

    /// <summary>Whether the server closes, or answers once more.</summary>
    private static async Task<string> EndAsync(TestClient client, bool probe = true)
    {
        try
        {
            if (probe)
            {
                await client.SayAsync("""{"op":"ping","id":"probe"}""");
            }

            while (await client.ReadAsync() is { } message)
            {
                if (!probe || message.Text("id") == "probe")
                {
                    return "stays open";
                }
            }
        }
        catch (WebSocketException) when (client.CloseStatus is not null)
        {
            // it closed while we asked
        }

        return Close(client);
    }

    private static string Close(TestClient client) => $"close {(int?)client.CloseStatus}";

    private static async Task<string> CloseOfAsync(RawClient raw)
    {
        while (true)
        {
            var (kind, payload) = await raw.ReadFrameAsync();
            switch (kind)
            {
                case 8:
                    return $"close {BinaryPrimitives.ReadUInt16BigEndian(payload)}";
                case 0:
                    return "hung up";
            }
        }
    }

    private static string Status(RawClient raw) => raw.Answer.Length > 12 ? "HTTP " + raw.Answer[9..12] : "hung up";
}
