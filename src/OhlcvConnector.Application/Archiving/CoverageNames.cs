namespace OhlcvConnector.Application.Archiving;

/// <summary>Names of what is known of a stretch, as stores and files write them.</summary>
public static class CoverageNames
{
    /// <summary>The name of a state that is kept: complete, missing or before listing.</summary>
    public static string Name(this Coverage coverage) => coverage switch
    {
        Coverage.Complete => "complete",
        Coverage.Missing => "missing",
        _ => "before listing",
    };

    /// <summary>The state of a name; null where it is none.</summary>
    public static Coverage? Find(string? name) => name switch
    {
        "complete" => Coverage.Complete,
        "missing" => Coverage.Missing,
        "before listing" => Coverage.BeforeListing,
        _ => null,
    };
}
