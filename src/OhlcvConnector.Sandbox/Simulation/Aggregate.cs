namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>Trades of a stretch of time, added up in whole ticks and steps so that sums are exact.</summary>
internal struct Aggregate
{
    /// <summary>The first price, in ticks.</summary>
    public long Open;

    /// <summary>The highest price, in ticks.</summary>
    public long High;

    /// <summary>The lowest price, in ticks.</summary>
    public long Low;

    /// <summary>The last price, in ticks.</summary>
    public long Close;

    /// <summary>Sizes, in steps.</summary>
    public long Steps;

    /// <summary>Sizes of those who bought at the ask, in steps.</summary>
    public long TakerSteps;

    /// <summary>The other side's worth: ticks times steps, or a hundred-millionth of the base coin for inverse contracts.</summary>
    public Int128 Worth;

    /// <summary>The part of <see cref="Worth"/> that belongs to <see cref="TakerSteps"/>.</summary>
    public Int128 TakerWorth;

    /// <summary>Trades.</summary>
    public long Count;

    /// <summary>The second of the first trade, Unix epoch.</summary>
    public long FirstSecond;

    /// <summary>The second of the last trade, Unix epoch.</summary>
    public long LastSecond;

    /// <summary>Adds what came after.</summary>
    public void Add(in Aggregate later)
    {
        if (later.Count == 0)
        {
            return;
        }

        if (Count == 0)
        {
            this = later;
            return;
        }

        High = Math.Max(High, later.High);
        Low = Math.Min(Low, later.Low);
        Close = later.Close;
        Steps += later.Steps;
        TakerSteps += later.TakerSteps;
        Worth += later.Worth;
        TakerWorth += later.TakerWorth;
        Count += later.Count;
        LastSecond = later.LastSecond;
    }
}
