using System.Reflection;

namespace RapidTuner.Telemetry.LiteDb.Tests;

/// <summary>What the provider is in each edition.</summary>
public sealed class EditionTests
{
    private static readonly Assembly Provider = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "RapidTuner.Telemetry.LiteDb.dll"));

#if FULL_EDITION
    [Fact]
    public void Provider_FullEdition_HasTheStore() => Assert.Contains(Provider.GetExportedTypes(), t => t.Name == "LiteDbStore");
#else
    [Fact]
    public void Provider_DefaultEdition_IsEmptyAndReferencesNothing()
    {
        Assert.Empty(Provider.GetExportedTypes());
        Assert.DoesNotContain(Provider.GetReferencedAssemblies(), a => a.Name == "LiteDB" || a.Name!.StartsWith("RapidTuner", StringComparison.Ordinal));
    }
#endif
}
