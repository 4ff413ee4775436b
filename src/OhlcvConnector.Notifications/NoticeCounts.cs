namespace OhlcvConnector.Notifications;

/// <summary>What became of the attempts of a channel since this program began.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Told">Notices that were told.</param>
/// <param name="Messages">Messages that told them: fewer, where several were told together.</param>
/// <param name="Failed">Attempts that failed, and are made again.</param>
/// <param name="Refused">Attempts that were refused for good.</param>
/// <param name="GivenUp">Notices that were given up.</param>
public sealed record NoticeCounts(string Channel, long Told, long Messages, long Failed, long Refused, long GivenUp);
