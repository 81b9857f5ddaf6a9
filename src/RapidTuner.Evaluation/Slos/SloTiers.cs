namespace RapidTuner.Evaluation.Slos;

/// <summary>SLO tiers by name.</summary>
public static class SloTiers
{
    /// <summary>The tier of that name, ignoring case; null when there is none.</summary>
    public static SloTier? Named(string? name) => Enum.GetValues<SloTier>().Where(t => t.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)).Select(t => (SloTier?)t).FirstOrDefault();
}
