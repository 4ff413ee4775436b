namespace OhlcvConnector.Server;

/// <summary>The ids of the server's log events: 5xx.</summary>
internal static class ServerEventIds
{
    public const int FeedFailed = 500;
    public const int SeriesRefused = 501;
    public const int ClientCutOff = 502;
    public const int ClientFailed = 503;
    public const int Exposed = 504;
    public const int Stopping = 505;
    public const int Stopped = 506;
    public const int Listening = 507;
    public const int SandboxRuns = 508;
    public const int UpkeepFailed = 509;
    public const int SeriesStarted = 510;
    public const int SeriesEnded = 511;
    public const int StatusChanged = 512;
    public const int RequestFailed = 513;
    public const int ClientLost = 514;
    public const int PreloadWaits = 515;
    public const int PreloadFollowed = 516;
    public const int KeysUnreadable = 517;
    public const int KeysRead = 518;
    public const int KeyRevoked = 519;
    public const int MessageFailed = 520;
    public const int UpstreamConnected = 521;
    public const int ArchiveTroubled = 522;
    public const int PricesTroubled = 523;
    public const int KeysUnwritable = 524;
    public const int PaperTroubled = 525;
    public const int PaperEvent = 526;
    public const int PaperUntold = 527;
    public const int NoticesTroubled = 530;
    public const int SignalRulesWrong = 541;
    public const int SignalRulesRead = 542;
    public const int SignalRuleTroubled = 543;
    public const int SignalStoreTroubled = 544;
    public const int SignalWarmUpFailed = 545;
    public const int SignalNoticeFailed = 546;
    public const int SignalsForgotten = 547;
    public const int SignalsMissed = 548;
    public const int SignalsFailed = 549;
    public const int SignalRuleStopped = 550;
    public const int PaperSectionChanged = 551;
}
