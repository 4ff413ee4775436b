using System.Runtime.CompilerServices;

namespace OhlcvConnector.ServerTests;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string thisFile = "")
    {
        // Deterministic builds map paths, so fall back to walking up from the test's own folder.
        for (var folder = File.Exists(thisFile) ? Path.GetDirectoryName(thisFile) : AppContext.BaseDirectory;
            folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "OhlcvConnector.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("These tests read the source tree and must run within it.");
    }
}
