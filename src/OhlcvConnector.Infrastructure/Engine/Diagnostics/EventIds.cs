namespace OhlcvConnector.Infrastructure.Engine.Diagnostics;

/// <summary>The ids of log events: 1xx connections, 2xx series, 3xx REST, 4xx reader.</summary>
internal static class EventIds
{
    public const int Connected = 100;
    public const int ConnectFailed = 101;
    public const int Disconnected = 102;
    public const int ClosingAnnounced = 103;
    public const int CircuitChanged = 104;
    public const int MalformedFrame = 105;
    public const int Replaced = 106;
    public const int ToldToWait = 107;
    public const int SubscriptionRejected = 200;
    public const int CandleRefused = 201;
    public const int GapAnnounced = 202;
    public const int BackfillFailed = 203;
    public const int SeriesStalled = 204;
    public const int SeriesStatus = 205;
    public const int TradesDistrusted = 206;
    public const int TradesRefused = 207;
    public const int TradesLeftOut = 208;
    public const int RequestFailed = 300;
    public const int RequestLimited = 301;
    public const int ListingOld = 302;
    public const int ReaderStalled = 400;
    public const int ArchiveUnusable = 401;
}
