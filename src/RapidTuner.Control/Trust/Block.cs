namespace RapidTuner.Control.Trust;

/// <summary>One block that ended.</summary>
/// <param name="Arm">Who decided.</param>
/// <param name="Settled">Requests settled after the discarded part.</param>
/// <param name="Attained">Those of them inside their SLO.</param>
public readonly record struct Block(Arm Arm, int Settled, int Attained)
{
    /// <summary>Attained / settled.</summary>
    public double Share => Settled == 0 ? double.NaN : (double)Attained / Settled;
}
