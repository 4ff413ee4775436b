using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Benchmarks.Ingest;

namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>
/// Thousands of clients on one thread, as cheap as can be. Says <c>ready</c> when all are subscribed; from then on each line that it reads is answered with
/// what came
/// since the one before. It ends with its input.
/// </summary>
internal sealed class LoadClients
{
    private const int SlowBytes = 4096;
    private const int InflatesEvery = 50; // clients: the others count compressed messages, for inflating is not what is measured
    private static readonly TimeSpan LookEvery = TimeSpan.FromMicroseconds(500);
    private static readonly TimeSpan SlowEvery = TimeSpan.FromMilliseconds(100);

    private readonly byte[] _buffer = new byte[512 * 1024];
    private readonly DeliverySamples _prompt = new(takesAges: true);
    private readonly DeliverySamples _slow = new(takesAges: false);
    private readonly LoadConnection[] _clients;
    private readonly int _slowFrom;
    private readonly int _deafFrom;
    private volatile bool _isAsked;

    private LoadClients(string kind, int port, int prompt, int slow, int deaf, int series, bool isVaried)
    {
        _slowFrom = prompt;
        _deafFrom = prompt + slow;
        _clients = [.. Enumerable.Range(0, prompt + slow + deaf).Select(client => LoadConnection.Open(
            port, Framing(kind, client, Subscription(series, isVaried ? client : 0)), ServerKind.IsTls(kind)))];
    }

    public static void Run(string kind, int port, int prompt, int slow, int deaf, int series, bool isVaried)
    {
        var load = new LoadClients(kind, port, prompt, slow, deaf, series, isVaried);
        new Thread(load.Read) { IsBackground = true }.Start();
        while (!load._clients.Take(load._deafFrom).All(client => client.IsSubscribed))
        {
            Thread.Sleep(10);
        }

        Console.WriteLine("ready");
        while (Console.ReadLine() is not null)
        {
            load._isAsked = true;
        }
    }

    private static ClientFraming Framing(string kind, int client, byte[] subscription) => kind switch
    {
        ServerKind.Redis or ServerKind.Nats => new BrokerFraming(kind == ServerKind.Redis),
        ServerKind.Window => new WebSocketFraming(subscription, "permessage-deflate", inflates: client % InflatesEvery == 0),
        ServerKind.Alone => new WebSocketFraming(subscription, "permessage-deflate; server_no_context_takeover", inflates: client % InflatesEvery == 0),
        _ => new WebSocketFraming(subscription, "", inflates: false),
    };

    private void Read()
    {
        var epoll = new Epoll();
        for (var i = 0; i < _slowFrom; i++)
        {
            epoll.Watch(_clients[i].Socket, i);
        }

        var ready = new int[512];
        for (var slowAt = Stopwatch.GetTimestamp(); ;)
        {
            var count = epoll.Wait(ready, milliseconds: 5);
            for (var i = 0; i < count; i++)
            {
                _clients[ready[i]].Read(_buffer, _buffer.Length, _prompt);
            }

            if (Stopwatch.GetElapsedTime(slowAt) > SlowEvery)
            {
                slowAt = Stopwatch.GetTimestamp();
                foreach (var client in _clients.AsSpan(_slowFrom.._deafFrom))
                {
                    client.Read(_buffer, SlowBytes, _slow);
                }
            }

            if (_isAsked)
            {
                _isAsked = false;
                Answer();
            }

            LoadServer.Sleep(LookEvery); // clients are on other machines: the server's sending is not to pay for waking this thread each time
        }
    }

    /// <param name="series">Of those with messages.</param>
    /// <param name="quiet">Which of those without, a bit each.</param>
    private static byte[] Subscription(int series, int quiet)
    {
        var wanted = VenueFrames.Symbols(SyntheticFeed.Exchange).Take(series)
            .Concat(SyntheticFeed.QuietSymbols.Where((_, bit) => (quiet >> bit & 1) == 1));
        var symbols = string.Join(',', wanted.Select(symbol => $"\"{symbol}\""));
        return Encoding.ASCII.GetBytes(
            $$"""{"op":"subscribe","id":1,"exchange":"{{SyntheticFeed.Exchange}}","market":"spot","symbols":[{{symbols}}],"interval":"{{VenueFrames.Interval}}"}""");
    }

    private void Answer()
    {
        Console.WriteLine(JsonSerializer.Serialize(new Deliveries(
            _prompt.Count + _slow.Count, _prompt.Bytes + _slow.Bytes, _prompt.Receives + _slow.Receives,
            _prompt.Percentile(.5), _prompt.Percentile(.99), _clients.Count(
                client => client.IsClosed))));
        _prompt.Clear();
        _slow.Clear();
    }
}
