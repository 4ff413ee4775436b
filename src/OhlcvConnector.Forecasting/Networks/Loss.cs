namespace OhlcvConnector.Forecasting.Networks;

/// <summary>What a network is trained to make small: of one example its value, and its gradient by the outputs.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Levels">The levels of the pinball loss.</param>
internal sealed record Loss(LossKind Kind, double[] Levels)
{
    /// <summary>Calculates the loss, and writes the gradient.</summary>
    public double Of(ReadOnlySpan<float> outputs, float target, Span<float> gradient)
    {
        switch (Kind)
        {
            case LossKind.Squared:
                var error = outputs[0] - target;
                gradient[0] = error;
                return error * error / 2;
            case LossKind.Logistic:
                var chance = 1 / (1 + Math.Exp(-outputs[0]));
                gradient[0] = (float)(chance - target);
                return target > 0.5 ? -Math.Log(Math.Max(chance, 1e-12)) : -Math.Log(Math.Max(1 - chance, 1e-12));
            default:
                var sum = 0.0;
                for (var index = 0; index < Levels.Length; index++)
                {
                    var over = target - outputs[index];
                    gradient[index] = (float)(over > 0 ? -Levels[index] : 1 - Levels[index]);
                    sum += over > 0 ? Levels[index] * over : (Levels[index] - 1) * over;
                }

                return sum;
        }
    }
}

/// <summary>Kinds of loss.</summary>
internal enum LossKind
{
    /// <summary>Half the square of the error.</summary>
    Squared,

    /// <summary>Minus the logarithm of the likelihood of a direction.</summary>
    Logistic,

    /// <summary>The pinball loss of quantiles (Koenker and Bassett 1978), over all levels.</summary>
    Pinball,
}
