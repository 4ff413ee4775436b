using System.Diagnostics.CodeAnalysis;

namespace OhlcvConnector.Configuration;

/// <summary>Parts that a program can be published without.</summary>
public static class ProgramParts
{
    /// <summary>
    /// Whether stores and buses that are servers of their own (PostgreSQL, NATS, Redis, Kafka) are part of the program. One that is published natively leaves
    /// them out with <c>RuntimeHostConfigurationOption Include="OhlcvConnector.Servers" Value="false" Trim="true"</c>.
    /// </summary>
    [FeatureSwitchDefinition("OhlcvConnector.Servers")]
    public static bool HasServers => !AppContext.TryGetSwitch("OhlcvConnector.Servers", out var has) || has;

    /// <summary>Returns what is said of a part that the program was published without.</summary>
    /// <param name="what">Its name.</param>
    public static string Missing(string what) => $"{what} is not part of the native program. The full tool has it: dotnet tool install --global OhlcvConnector.Cli";
}
