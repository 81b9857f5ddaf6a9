using RapidTuner.Core;
using RapidTuner.Core.Errors;
using RapidTuner.Engine.Profiling;

namespace RapidTuner.Engine.Tests.Profiling;

public sealed class ProfilerTests : IDisposable
{
    private static readonly ProfileGrid Grid = new([256, 512, 1024], [1, 16], [512, 2048]);

    private readonly string _folder = Directory.CreateTempSubdirectory("profile").FullName;

    private string Table => Path.Combine(_folder, "law.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Points_HoldEveryStepOnEveryCount_EachOnce()
    {
        using var meter = new LawMeter();
        var points = Grid.Points(meter.AllowedUnits, 1);

        Assert.Equal(points.Count, points.Distinct().Count());
        Assert.Equal(8 * (3 + (2 * 2)), points.Count(p => p.Beside is null));
        Assert.All(points.Where(p => p.Beside is not null), p => Assert.NotEqual(p.Step.Phase, p.Beside!.Value.Phase));
        Assert.Contains(points, p => p.Beside is { Units: 32 } && p.Step.Units == 32);
    }

    [Fact]
    public void Points_OneSeed_OneOrder()
    {
        using var meter = new LawMeter();
        Assert.Equal(Grid.Points(meter.AllowedUnits, 7), Grid.Points(meter.AllowedUnits, 7));
        Assert.NotEqual(Grid.Points(meter.AllowedUnits, 7), Grid.Points(meter.AllowedUnits, 8));
    }

    [Fact]
    public void Run_FindsTheKneeAndTheSlowdown()
    {
        using var meter = new LawMeter();
        var summary = Run(meter, TimeSpan.FromHours(1));

        Assert.Equal(0, summary.Missing);
        Assert.All(summary.Curves.Where(c => c.Phase == Phase.Decode), c => Assert.Equal(LawMeter.Knee, c.SaturationUnits));
        Assert.All(summary.Curves.Where(c => c.Phase == Phase.Prefill), c => Assert.Equal(32, c.SaturationUnits));
        Assert.All(summary.Curves.Where(c => c.Phase == Phase.Prefill), c => Assert.Equal(2, c.HalfOverFull!.Value, 3));
        Assert.All(summary.Contention, c => Assert.Equal(c.Point.Step.Phase == Phase.Decode ? LawMeter.Slowdown : 1, c.Factor, 3));
        Assert.Contains(summary.Contention, c => c.Overlapped);
        Assert.Equal(1e-6, summary.Facts["switch_s"]);
    }

    [Fact]
    public void Run_Twice_MeasuresNothingAgain()
    {
        using var first = new LawMeter();
        var all = Run(first, TimeSpan.FromHours(1));
        using var second = new LawMeter();
        var again = Run(second, TimeSpan.FromHours(1));

        Assert.Equal(0, second.Measured);
        Assert.Equal(all.Rows, again.Rows);
        Assert.Equal(all.Curves.Select(c => c.SaturationUnits), again.Curves.Select(c => c.SaturationUnits));
    }

    [Fact]
    public void Run_RowBrokenOffInWriting_IsMeasuredAgain()
    {
        using var first = new LawMeter();
        Run(first, TimeSpan.FromHours(1));
        var text = File.ReadAllText(Table);
        File.WriteAllText(Table, text[..^10]);
        using var second = new LawMeter();
        var summary = Run(second, TimeSpan.FromHours(1));

        Assert.Equal(1, second.Measured);
        Assert.Equal(0, summary.Missing);
    }

    [Fact]
    public void Run_BudgetUsedUp_KeepsWhatItHasAndSaysWhatIsMissing()
    {
        using var meter = new LawMeter();
        var summary = Run(meter, TimeSpan.Zero);
        Assert.Equal(0, meter.Measured);
        Assert.Equal(Grid.Points(meter.AllowedUnits, 1).Count, summary.Missing);
    }

    [Fact]
    public void Run_PointFails_GoesOnWithTheOthers()
    {
        var points = Grid.Points(new LawMeter().AllowedUnits, 1);
        using var meter = new LawMeter { Fails = points[3] };
        var said = new List<string?>();
        var summary = Run(meter, TimeSpan.FromHours(1), said);

        Assert.Equal(1, summary.Missing);
        Assert.Equal("out of memory", Assert.Single(said, s => s is not null));
    }

    [Fact]
    public void Run_DeviceLost_KeepsWhatWasMeasured()
    {
        var points = Grid.Points(new LawMeter().AllowedUnits, 1);
        using var meter = new LawMeter { Fails = points[5], Loses = true };
        var summary = Run(meter, TimeSpan.FromHours(1));

        Assert.Equal(5, summary.Rows);
        Assert.Equal(points.Count - 5, summary.Missing);
        Assert.Equal(5 + 2, File.ReadAllLines(Table).Length + File.ReadAllLines(ProfileFile.BesidePath(Table)).Length);
    }

    [Fact]
    public void Open_TableOfAnotherDevice_Refused()
    {
        File.WriteAllText(Table, "gpu,model\nA100,llama\n");
        using var meter = new LawMeter();
        var refused = Assert.Throws<BadInputException>(() => new ProfileFile(Table, meter));
        Assert.Contains("law.csv:1:1", refused.Message, StringComparison.Ordinal);
        Assert.Equal("gpu,model\nA100,llama\n", File.ReadAllText(Table));
    }

    private ProfileSummary Run(LawMeter meter, TimeSpan budget, List<string?>? said = null)
    {
        using var file = new ProfileFile(Table, meter);
        return Profiler.Run(meter, Grid.Points(meter.AllowedUnits, 1), file, budget, TimeProvider.System, (_, _, problem) => said?.Add(problem), CancellationToken.None);
    }
}
