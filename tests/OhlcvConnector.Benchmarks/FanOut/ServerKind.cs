namespace OhlcvConnector.Benchmarks.FanOut;

/// <summary>The servers that are measured, by the names that the command has for them.</summary>
internal static class ServerKind
{
    public const string Product = "product";

    /// <summary>A plain Kestrel broadcast.</summary>
    public const string Floor = "kestrel";

    /// <summary>The product, whose clients offer compression.</summary>
    public const string Window = "window";

    /// <summary>The same, and want each message compressed by itself.</summary>
    public const string Alone = "alone";

    /// <summary>The product with TLS.</summary>
    public const string Tls = "tls";

    /// <summary>The floor with TLS.</summary>
    public const string FloorTls = "kestreltls";

    /// <summary>Pub/sub of redis-server, over its own protocol.</summary>
    public const string Redis = "redis";

    /// <summary>Subjects of nats-server, over its own protocol.</summary>
    public const string Nats = "nats";

    /// <summary>Whether it is the product, with whatever clients.</summary>
    public static bool IsProduct(string kind) => kind is Product or Window or Alone or Tls;

    /// <summary>Whether clients speak TLS to it.</summary>
    public static bool IsTls(string kind) => kind is Tls or FloorTls;

    /// <summary>Why a kind cannot be measured here; null when it can.</summary>
    public static string? Problem(string kind)
    {
        var program = kind switch
        {
            Redis => BrokerServer.RedisProgram,
            Nats => BrokerServer.NatsProgram,
            _ => null,
        };
        return program is null || Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)))
            ? null
            : $"{program} is not there";
    }
}
