using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>Authorities of one's own, which vouch for a mail server that the machine's do not know. Names and dates are checked as ever.</summary>
internal sealed class MailTrust
{
    private readonly X509Certificate2Collection _authorities = [];

    private MailTrust()
    {
    }

    /// <summary>Reads the certificates of a PEM file.</summary>
    /// <exception cref="FormatException">There are none, or the file cannot be read; the message says it.</exception>
    public static MailTrust Read(string path)
    {
        var trust = new MailTrust();
        try
        {
            trust._authorities.ImportFromPemFile(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FormatException($"'{path}' cannot be read: {exception.Message}", exception);
        }

        return trust._authorities.Count > 0 ? trust
            : throw new FormatException($"'{path}' has no certificate. Write a PEM file that begins with -----BEGIN CERTIFICATE-----.");
    }

    /// <summary>
    /// Whether a server is who it says: nothing is wrong with its certificate but that the machine knows no authority, and one of these vouches for it.
    /// </summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 server)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // an authority of one's own publishes no list
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1")); // a server's certificate
        foreach (var between in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(between.Certificate);
        }

        return chain.Build(server);
    }
}
