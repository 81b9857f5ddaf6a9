using System.Reflection;
using System.Xml.Linq;

namespace RapidTuner.Tests.Architecture;

/// <summary>
/// References point one way (docs/adr/0001): Core ← {Engine, Telemetry, Learning} ← {their providers, Control} ← Evaluation ←
/// RapidTuner. A project may reference any layer below its own, never one beside it.
/// </summary>
public sealed class ReferenceTests
{
    public static TheoryData<string> Projects => [.. Sources];

    private static IEnumerable<string> Sources => Checkout.Files(".csproj").Where(f => f.StartsWith("src/", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectReferences_PointDownwards(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var references = XDocument.Parse(Checkout.Text(project)).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));

        Assert.All(references, r => Assert.True(LayerOf(r) < LayerOf(name), $"{name} references {r}"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void AssemblyReferences_PointDownwards(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var file = Path.Combine(AppContext.BaseDirectory, (name == "RapidTuner" ? "rapidtuner" : name) + ".dll");
        Assert.True(File.Exists(file) || Optional(name), $"{name} is not part of the program");
        if (File.Exists(file))
        {
            var used = Assembly.LoadFrom(file).GetReferencedAssemblies().Select(a => a.Name!)
                .Where(a => a.StartsWith("RapidTuner", StringComparison.Ordinal));
            Assert.All(used, r => Assert.True(LayerOf(r) < LayerOf(name), $"{name} uses {r}"));
        }
    }

    [Fact]
    public void Core_ReferencesNoProject() =>
        Assert.DoesNotContain("ProjectReference", Checkout.Text("src/RapidTuner.Core/RapidTuner.Core.csproj"), StringComparison.Ordinal);

    [Fact]
    public void TestProjects_MirrorTheSources()
    {
        var sources = Sources.Select(p => Path.GetFileNameWithoutExtension(p) + ".Tests");
        var tests = Checkout.Files(".csproj").Where(f => f.StartsWith("tests/", StringComparison.Ordinal)).Select(f => Path.GetFileNameWithoutExtension(f));
        Assert.Equal(sources.Order(StringComparer.Ordinal), tests.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Versions_StandInOnePlace() =>
        Assert.All(
            Checkout.Files(".csproj"),
            f => Assert.DoesNotContain(XDocument.Parse(Checkout.Text(f)).Descendants("PackageReference"), r => r.Attribute("Version") is not null));

    private static int LayerOf(string project) => project switch
    {
        "RapidTuner.Core" => 0,
        "RapidTuner.Engine" or "RapidTuner.Telemetry" or "RapidTuner.Learning" => 1,
        "RapidTuner.Control" => 2,
        "RapidTuner.Evaluation" => 3,
        "RapidTuner" or "rapidtuner" => 4,
        _ when project.Count(c => c == '.') == 2 => 2,
        _ => throw new InvalidOperationException($"{project} has no layer; docs/adr/0001 says which there are"),
    };

    // Built into the full edition only (docs/adr/0002).
    private static bool Optional(string project) => project is "RapidTuner.Telemetry.LiteDb" or "RapidTuner.Learning.MLNet";
}
