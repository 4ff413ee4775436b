using OhlcvConnector.Domain;

namespace OhlcvConnector.Configuration;

/// <summary>The simulated exchanges that a command line asks for: started in this process, or running elsewhere. Disposed, those of this process end.</summary>
public sealed class StartedSandbox : IAsyncDisposable
{
    private readonly SandboxServer? _own;

    private StartedSandbox(SandboxServer? own, Uri? address, TimeProvider? marketClock) => (_own, Address, MarketClock) = (own, address, marketClock);

    /// <summary>Address of the simulated exchanges; null when the real ones are asked for.</summary>
    public Uri? Address { get; }

    /// <summary>The clock of the simulated market; null for that of this machine.</summary>
    public TimeProvider? MarketClock { get; }

    /// <summary>Starts, or finds, what <c>--sandbox</c> and <c>--sandbox-speed</c> ask for.</summary>
    /// <param name="sandbox">The value of <c>--sandbox</c>, prepared by <see cref="SandboxArgument.Prepare"/>; null without the option.</param>
    /// <param name="speed">Market time per real time; null for 1.</param>
    /// <param name="clock">The real clock.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="InvalidSettingException">The two do not go together, or what answers at the address is no sandbox.</exception>
    /// <exception cref="IOException">No program answers at the address.</exception>
    public static async Task<StartedSandbox> StartAsync(string? sandbox, double? speed, TimeProvider clock, CancellationToken cancellationToken)
    {
        SandboxArgument.RequireFor(speed, sandbox);
        if (sandbox is null)
        {
            return new StartedSandbox(own: null, address: null, marketClock: null);
        }

        if (SandboxArgument.IsInProcess(sandbox))
        {
            var own = await SandboxServer.StartAsync(new SandboxOptions { Speed = speed ?? 1, TimeProvider = clock }, cancellationToken).ConfigureAwait(false);
            return new StartedSandbox(own, own.BaseAddress, own.Clock);
        }

        return Uri.TryCreate(sandbox, UriKind.Absolute, out var address) && address.Host.Length > 0
            ? new StartedSandbox(own: null, address, await RunningSandbox.ClockAsync(address, clock, cancellationToken).ConfigureAwait(false))
            : throw new InvalidSettingException($"--sandbox is '{sandbox}'; write a whole address, such as http://127.0.0.1:9700.");
    }

    /// <summary>Makes a connector read from the simulated exchanges, if there are any, by their clock.</summary>
    /// <param name="options">The connector's settings.</param>
    public void Apply(ConnectorOptions options)
    {
        options.Sandbox = Address ?? options.Sandbox;
        options.MarketClock = MarketClock ?? options.MarketClock;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
