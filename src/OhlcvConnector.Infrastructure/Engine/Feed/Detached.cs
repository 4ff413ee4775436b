namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>Starts what outlives its caller, and must not carry the caller's activity, culture and other context with it.</summary>
internal static class Detached
{
    /// <summary>Starts something on the thread pool.</summary>
    public static Task Run(Func<Task> work)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return Task.Run(work);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work);
        }
    }
}
