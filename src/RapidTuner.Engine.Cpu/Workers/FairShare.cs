namespace RapidTuner.Engine.Cpu.Workers;

/// <summary>
/// One stream's right to one core's time: credit grows with the clock at the stream's share and each tile pays its time. A stream may start
/// a tile while it has credit, so that over a few tiles it gets its share and no more, whether the other stream runs or not: units bound a phase as
/// a mask of compute units does. Credit is kept for a while only: time that a stream could not use is gone.
/// </summary>
internal struct FairShare
{
    /// <summary>Most credit that is kept, seconds of the core. Chosen: some tiles; more would let a stream burst after a pause.</summary>
    public const double CreditMaxS = 0.2e-3;

    private double _creditS;
    private double _atS;

    /// <summary>The stream's share of the core, 0 to 1.</summary>
    public double Share { get; private set; }

    /// <summary>Credit, seconds.</summary>
    public readonly double CreditS => _creditS;

    /// <summary>A step begins with that share; what the step before owed is still owed.</summary>
    public void Begin(double share) => Share = share;

    /// <summary>True when a tile may start at <paramref name="nowS"/>.</summary>
    public bool MayStart(double nowS)
    {
        _creditS = Math.Min(CreditMaxS, _creditS + ((nowS - _atS) * Share));
        _atS = nowS;
        return Share >= 1 || (Share > 0 && _creditS >= 0);
    }

    /// <summary>A tile took that long.</summary>
    public void Pay(double tileS) => _creditS -= tileS;
}
