namespace OhlcvConnector.NotificationTests;

/// <summary>Where the files of the repository are.</summary>
internal static class Repository
{
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "OhlcvConnector.sln")))
            {
                folder = folder.Parent!;
            }

            return folder.FullName;
        }
    }
}
