namespace OhlcvConnector.Client;

/// <summary>The ids of the client's log events: 6xx.</summary>
internal static class ClientEventIds
{
    public const int Connected = 600;
    public const int ConnectFailed = 601;
    public const int Disconnected = 602;
    public const int Malformed = 603;
    public const int ReaderSlow = 604;
    public const int Refused = 605;
    public const int Postponed = 606;
    public const int HoleUnread = 607;
    public const int RestFailed = 608;
    public const int MarketUnknown = 609;
}
