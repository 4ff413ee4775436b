namespace OhlcvConnector.Indicators;

/// <summary>
/// Ehlers' homodyne discriminator: how long the cycle of prices is now, and in which phase. In the state: windows of seven of the price, the smoothed price,
/// the detrended one and both components, then the numbers of the last candle.
/// </summary>
internal readonly struct HilbertPart
{
    private const int Reach = 7;
    private const int Settles = 6;

    private readonly RingPart _price;
    private readonly RingPart _smooth;
    private readonly RingPart _detrended;
    private readonly RingPart _inPhase;
    private readonly RingPart _quadrature;
    private readonly int _at; // i2, q2, re, im, period, phase, change of phase

    public HilbertPart(Indicator owner)
    {
        (_price, _smooth, _detrended) = (new RingPart(owner, Reach), new RingPart(owner, Reach), new RingPart(owner, Reach));
        (_inPhase, _quadrature) = (new RingPart(owner, Reach), new RingPart(owner, Reach));
        _at = owner.Claim(7);
    }

    /// <summary>The period of the cycle in candles, smoothed, 6 to 50.</summary>
    public double Period(double[] state) => state[_at + 4];

    /// <summary>The smoothed price.</summary>
    public double Smooth(double[] state, int back) => _smooth.Back(state, back);

    /// <summary>Returns the change of the phase since the candle before, in degrees.</summary>
    public double PhaseChange(double[] state) => state[_at + 6];

    /// <summary>Takes a price.</summary>
    /// <returns>True when there are enough for an estimate: from the seventh on.</returns>
    public bool Push(double[] state, double price)
    {
        _price.Push(state, price);
        if (_price.Count(state) <= Settles)
        {
            _smooth.Push(state, 0);
            _detrended.Push(state, 0);
            _inPhase.Push(state, 0);
            _quadrature.Push(state, 0);
            return false;
        }

        ref var period = ref state[_at + 4];
        var adjust = (0.075 * period) + 0.54;
        _smooth.Push(state, ((4 * price) + (3 * _price.Back(state, 1)) + (2 * _price.Back(state, 2)) + _price.Back(state, 3)) / 10);
        _detrended.Push(state, Transform(state, _smooth) * adjust);
        var quadrature = Transform(state, _detrended) * adjust;
        var inPhase = _detrended.Back(state, 3);
        _quadrature.Push(state, quadrature);
        _inPhase.Push(state, inPhase);
        Discriminate(state, inPhase - (Transform(state, _quadrature) * adjust), quadrature + (Transform(state, _inPhase) * adjust));
        var before = period;
        var next = state[_at + 3] != 0 && state[_at + 2] != 0 ? 2 * Math.PI / Math.Atan(state[_at + 3] / state[_at + 2]) : 0;
        next = Math.Clamp(Math.Max(Math.Min(next, 1.5 * before), 0.67 * before), 6, 50);
        period = (0.2 * next) + (0.8 * before);
        var phase = inPhase != 0 ? Math.Atan(quadrature / inPhase) * 180 / Math.PI : 0;
        state[_at + 6] = state[_at + 5] - phase;
        state[_at + 5] = phase;
        return true;
    }

    private static double Transform(double[] state, RingPart ring) =>
        (0.0962 * ring.Back(state, 0)) + (0.5769 * ring.Back(state, 2)) - (0.5769 * ring.Back(state, 4)) - (0.0962 * ring.Back(state, 6));

    private void Discriminate(double[] state, double i2, double q2)
    {
        i2 = (0.2 * i2) + (0.8 * state[_at]);
        q2 = (0.2 * q2) + (0.8 * state[_at + 1]);
        var real = (i2 * state[_at]) + (q2 * state[_at + 1]);
        var imaginary = (i2 * state[_at + 1]) - (q2 * state[_at]);
        state[_at + 2] = (0.2 * real) + (0.8 * state[_at + 2]);
        state[_at + 3] = (0.2 * imaginary) + (0.8 * state[_at + 3]);
        (state[_at], state[_at + 1]) = (i2, q2);
    }
}
