namespace RapidTuner.Tests.Clients;

/// <summary>A test that fetches packages or builds anew: it runs where <c>CI=true</c>, with the tools that it names.</summary>
internal sealed class CiFactAttribute : FactAttribute
{
    public CiFactAttribute(params string[] tools)
    {
        var missing = tools.Where(t => !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, t)))).ToArray();
        Skip = missing.Length > 0 ? $"not installed: {string.Join(", ", missing)}"
            : Environment.GetEnvironmentVariable("CI") != "true" ? "fetches packages; runs with CI=true"
            : null;
    }
}
