namespace OhlcvConnector.Forecasting;

/// <summary>State of a training after a pass over its data.</summary>
/// <param name="Part">Words for what is trained: <c>fold 2 of 5</c>, <c>model</c>.</param>
/// <param name="Epoch">Passes done.</param>
/// <param name="Epochs">Passes at most.</param>
/// <param name="TrainingLoss">Mean loss over the training data, in the model's own scale.</param>
/// <param name="ValidationLoss">Mean loss over the validation data; the untrained network's is the measure.</param>
/// <param name="Left">Time that the other passes would take at most.</param>
public readonly record struct TrainingProgress(string Part, int Epoch, int Epochs, double TrainingLoss, double ValidationLoss, TimeSpan Left);

/// <summary>How training runs; nothing here changes what comes of it.</summary>
public sealed record TrainingOptions
{
    /// <summary>Threads at most. Default: those of the machine, at most 4; the result is the same with any number.</summary>
    public int Threads { get; init; } = Math.Min(4, Environment.ProcessorCount);

    /// <summary>Receiver of progress, called after each pass; null for none.</summary>
    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>File in which the training of the model is kept after each pass, and from which a stopped one goes on; null for none.</summary>
    public string? CheckpointFile { get; init; }

    /// <summary>Clock by which the time left is estimated and by which a model's creation is dated.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Words for what is trained.</summary>
    internal string Part { get; init; } = "model";
}
