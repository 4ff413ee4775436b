using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>Settings of a bus on NATS JetStream: where it is, who we are there, and what the stream is made with when it is not there yet.</summary>
public sealed class NatsBusOptions
{
    private const int MaxNameLength = 32;

    /// <summary>Addresses of one NATS cluster, with commas between them: <c>nats://user:password@host:4222</c>, <c>tls://host:4222</c>.</summary>
    public string Address { get; set; } = "nats://127.0.0.1:4222";

    /// <summary>Path of a file of credentials as <c>nsc</c> writes it (JWT and seed); null where the address says who we are, or nobody asks.</summary>
    public string? CredentialsPath { get; set; }

    /// <summary>Path of a file (PEM) with the certificate authority of the servers; null for those that the machine trusts.</summary>
    public string? CertificateAuthorityPath { get; set; }

    /// <summary>Name of the stream. Its subjects begin with the same in small letters: <c>ohlcv.binance.spot.BTCUSDT.1m</c>.</summary>
    public string Stream { get; set; } = "OHLCV";

    /// <summary>True for simulated candles: they are labelled, and are never mixed with live ones in one stream.</summary>
    public bool IsSandbox { get; set; }

    /// <summary>Most messages that the stream keeps of a series, about as many candles; null for no limit, or what a stream that is there has.</summary>
    public long? MaxPerSeries { get; set; }

    /// <summary>The age at which the stream drops candles; null for none, or what a stream that is there has.</summary>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>Most bytes that the stream may take on disk; null for what the NATS server allows, or what a stream that is there has.</summary>
    public long? MaxBytes { get; set; }

    /// <summary>Number of servers that keep the stream: 1, 3 or 5; null for 1, or what a stream that is there has.</summary>
    public int? Replicas { get; set; }

    /// <summary>The longest wait for an answer of NATS.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What subjects of closed candles begin with.</summary>
    internal string Prefix => Stream.ToLowerInvariant();

    /// <summary>Checks what can be checked without a server.</summary>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public void Validate()
    {
        _ = NatsAddress.Parse(Address);
        if (Stream.Length is 0 or > MaxNameLength || !Stream.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
        {
            throw new InvalidSettingException($"'{Stream}' is no name of a stream: use up to {MaxNameLength} letters, digits, _ and -, such as OHLCV.");
        }

        if (MaxPerSeries <= 0 || MaxAge <= TimeSpan.Zero || MaxBytes <= 0)
        {
            throw new InvalidSettingException("The limits of the stream (candles a series, age, bytes) are above zero; leave one out for no limit.");
        }

        if (Replicas is < 1 or > 5)
        {
            throw new InvalidSettingException($"A stream is kept by 1 to 5 servers, not by {Replicas}; 3 is usual.");
        }

        foreach (var path in new[] { CredentialsPath, CertificateAuthorityPath })
        {
            if (path is not null && !File.Exists(path))
            {
                throw new InvalidSettingException($"The file '{path}' that the settings of NATS name is not there.");
            }
        }
    }
}
