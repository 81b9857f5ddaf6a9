using System.Text.RegularExpressions;

namespace RapidTuner.Tests.Architecture;

/// <summary>What tooling does not hold: size and shape of files, and words that have no place in them.</summary>
public sealed partial class SourceTests
{
    private const int LinesMax = 400;

    // Written in halves, so that this file does not contain them.
    private static readonly string[] Unfinished = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];

    [Fact]
    public void Files_HaveAtMost400Lines() =>
        Assert.All(Checkout.Files(".cs"), f => Assert.True(Checkout.Lines(f).Length <= LinesMax, $"{f} has {Checkout.Lines(f).Length} lines; it has two jobs, split it by job"));

    [Fact]
    public void Files_HoldOneTypeOfTheirName()
    {
        foreach (var file in Checkout.Files(".cs").Where(f => !f.EndsWith("Program.cs", StringComparison.Ordinal)))
        {
            var types = Checkout.Lines(file).Select(l => TopLevelType().Match(l)).Where(m => m.Success).Select(m => m.Groups["name"].Value).ToArray();
            Assert.True(types.Length <= 1, $"{file} holds {string.Join(", ", types)}; give each a file");
            Assert.True(types.Length == 0 || types[0] == Path.GetFileNameWithoutExtension(file).Split('.')[0], $"{file} holds {string.Join(", ", types)}; name it alike");
        }
    }

    [Fact]
    public void Files_AreNamespacedByFolder()
    {
        foreach (var file in Checkout.Files(".cs").Where(f => f.StartsWith("src/", StringComparison.Ordinal) && !f.EndsWith("Program.cs", StringComparison.Ordinal)))
        {
            var expected = "namespace " + Path.GetDirectoryName(file)!["src/".Length..].Replace('/', '.').Replace('\\', '.') + ";";
            Assert.True(Checkout.Lines(file).Contains(expected), $"{file} lacks `{expected}`");
        }
    }

    [Fact]
    public void Files_LeaveNothingUnfinished() =>
        Assert.All(Written(), f => Assert.All(Unfinished, word => Assert.False(Checkout.Text(f).Contains(word, StringComparison.Ordinal), $"{f} contains {word}")));

    [Fact]
    public void Files_NameNoPathOfOneMachine() =>
        Assert.All(Written(), f => Assert.False(MachinePath().IsMatch(Checkout.Text(f)), $"{f} names {MachinePath().Match(Checkout.Text(f)).Value}"));

    [Fact]
    public void PublicDocs_AreDemandedByTheCompiler()
    {
        var props = Checkout.Text("Directory.Build.props");
        Assert.Contains("<GenerateDocumentationFile>true</GenerateDocumentationFile>", props, StringComparison.Ordinal);
        Assert.Contains("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", props, StringComparison.Ordinal);
        Assert.All(
            Checkout.Files(".cs", ".csproj").Where(f => f.StartsWith("src/", StringComparison.Ordinal)),
            f => Assert.DoesNotContain("CS1591", Checkout.Text(f), StringComparison.Ordinal));
    }

    private static IEnumerable<string> Written() =>
        Checkout.Files(".cs", ".csproj", ".props", ".targets", ".md", ".json", ".yml", ".ts", ".html", ".css", ".svg", ".sh").Append(".ci/run");

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|readonly|partial|ref|unsafe) )*(?:(?:record )?(?:class|struct)|record|interface|enum|delegate [\w<>\[\]?,]+) (?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"(?<![\w.~}])/(home|root|Users|mnt|work)/[\w.]+", RegexOptions.ExplicitCapture)]
    private static partial Regex MachinePath();
}
