using System.Text.RegularExpressions;

namespace RapidTuner.Tests.Architecture;

/// <summary>The documents that a newcomer meets first keep the form they promise.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Sections = ["## Context", "## Decision", "## What we gave up", "## How we would notice it was wrong"];

    [Fact]
    public void Readme_RunsAndTestsWithExactlyTwoCommands()
    {
        var commands = CodeBlock().Matches(Checkout.Text("README.md")).Select(m => m.Groups["code"].Value.Trim());
        Assert.Equal(["dotnet run -c Release --project src/RapidTuner -- serve", "dotnet test -c Release"], commands);
    }

    [Fact]
    public void Readme_LinksLeadSomewhere() =>
        Assert.All(
            Checkout.Files(".md"),
            file => Assert.All(
                Link().Matches(Checkout.Text(file)).Select(m => m.Groups["to"].Value),
                to => Assert.True(Exists(file, to), $"{file} links to {to}")));

    [Fact]
    public void Changelog_StartsWithUnreleased() =>
        Assert.Equal("## [Unreleased]", Checkout.Lines("CHANGELOG.md").First(l => l.StartsWith("## ", StringComparison.Ordinal)));

    [Fact]
    public void DecisionRecords_AreNumberedAndWhole()
    {
        var records = Checkout.Files(".md").Where(f => f.StartsWith("docs/adr/0", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Enumerable.Range(1, records.Length).Select(n => $"{n:D4}"), records.Select(f => Path.GetFileName(f)[..4]));
        Assert.All(records, f => Assert.All(Sections, s => Assert.True(Checkout.Lines(f).Contains(s), $"{f} lacks `{s}`")));
    }

    private static bool Exists(string file, string to) =>
        Path.Exists(Path.Combine(RapidTuner.Tests.Shared.SharedData.Root, Path.GetDirectoryName(file)!, to.Split('#')[0]));

    [GeneratedRegex(@"^```bash\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\((?<to>(?!https?:|mailto:|#)[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}
