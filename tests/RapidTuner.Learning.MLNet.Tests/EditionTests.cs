using System.Reflection;

namespace RapidTuner.Learning.MLNet.Tests;

/// <summary>What the provider is in each edition.</summary>
public sealed class EditionTests
{
    private static readonly Assembly Provider = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "RapidTuner.Learning.MLNet.dll"));

#if FULL_EDITION
    [Fact]
    public void Provider_FullEdition_HasTheTrainer() => Assert.Contains(Provider.GetExportedTypes(), t => t.Name == "FastTreeTrainer");
#else
    [Fact]
    public void Provider_DefaultEdition_IsEmptyAndReferencesNothing()
    {
        Assert.Empty(Provider.GetExportedTypes());
        Assert.DoesNotContain(Provider.GetReferencedAssemblies(), a => a.Name!.StartsWith("Microsoft.ML", StringComparison.Ordinal) || a.Name.StartsWith("RapidTuner", StringComparison.Ordinal));
    }
#endif
}
