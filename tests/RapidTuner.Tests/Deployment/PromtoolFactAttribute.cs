namespace RapidTuner.Tests.Deployment;

/// <summary>A test by promtool; without it skipped, saying so.</summary>
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public static readonly string? Promtool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "promtool")).FirstOrDefault(File.Exists);

    public PromtoolFactAttribute() => Skip = Promtool is null ? "no promtool: install the package prometheus" : null;
}
