using RapidTuner.Core.Errors;
using RapidTuner.Core.Numerics;
using RapidTuner.Learning.Tables;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tests.Tables;

public sealed class TableFitterTests : IDisposable
{
    private readonly TempTable _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Fit_SmoothTable_PredictsRowsNeverSeenWithIntervalsThatHold()
    {
        var train = _temp.Write("train.csv", Smooth(1500, "train"));
        var test = _temp.Write("test.csv", Smooth(1500, "test"));
        var score = TableScore.Of(Fitted(train, Quick), test, "kind", _temp.Context);
        Assert.Equal(1500, score.Rows);
        Assert.InRange(score.Mape!.Value, 0.03, 0.09);
        Assert.InRange(score.Coverage, 0.87, 0.93);
        Assert.True(score.R2 > 0.98);
        Assert.Equal(["a", "b", "c"], score.By!.Keys);
        Assert.Equal(1500, score.By.Values.Sum(s => s.Rows));
    }

    [Fact]
    public void Fit_TableThatNoLawFits_LeavesItToTreesAndPredicts()
    {
        // The time has to do with a column that the law does not read.
        var rng = new Rng(4, "no law");
        string[] lines = ["m_tokens,n_out,k_in,mode,latency_ms", .. Enumerable.Range(0, 400).Select(i => $"{1 + rng.NextInt(4000)},{1024 * (1 + rng.NextInt(8))},{1024 * (1 + rng.NextInt(8))},{i % 2},{(i % 2 == 0 ? 1 : 100)}")];
        var path = _temp.Write("train.csv", lines);
        var model = Fitted(path, Quick with { Target = "latency_ms", Trainer = "physics+histogram" });
        Assert.Equal(1, model.Header.PlainShare + model.Header.BareShare);
        Assert.InRange(TableScore.Of(model, path, null, _temp.Context).Mape!.Value, 0, 0.05);
    }

    [Fact]
    public void Fit_SameSeed_WritesTheSameFileOnAnyNumberOfThreads()
    {
        var train = _temp.Write("train.csv", Smooth(400, "train"));
        Fitted(train, Quick with { Threads = 1 });
        var one = File.ReadAllBytes(_temp.Model);
        Fitted(train, Quick with { Threads = 3 });
        Assert.Equal(one, File.ReadAllBytes(_temp.Model));
    }

    [Fact]
    public void Eval_ColumnsInAnotherOrderAndMore_ScoresTheSame()
    {
        var lines = Smooth(300, "train").ToArray();
        var model = Fitted(_temp.Write("train.csv", lines), Quick);
        var turned = _temp.Write("turned.csv", lines.Select((line, i) => string.Join(',', line.Split(',').Reverse().Append(i == 0 ? "more" : "text"))));
        Assert.Equal(
            TableScore.Of(model, _temp.Write("same.csv", lines), null, _temp.Context) with { PredictSPerRow = 0 },
            TableScore.Of(model, turned, null, _temp.Context) with { PredictSPerRow = 0 });
    }

    [Fact]
    public void Eval_UnknownCategoryAndEmptyCells_StillPredicts()
    {
        var model = Fitted(_temp.Write("train.csv", Smooth(300, "train")), Quick);
        var score = TableScore.Of(model, _temp.Write("x,y,kind,t", "0.5,,never-seen,3", ",0.5,,2", "inf,-inf,a,1"), null, _temp.Context);
        Assert.True(double.IsFinite(score.Mape!.Value));
    }

    [Fact]
    public void Eval_MissingColumns_TellsAll()
    {
        var model = Fitted(_temp.Write("train.csv", Smooth(300, "train")), Quick);
        var bad = Assert.Throws<BadInputException>(() => TableScore.Of(model, _temp.Write("kind,t", "a,3"), null, _temp.Context));
        Assert.Equal(2, bad.Problems.Count);
    }

    [Fact]
    public void Fit_TargetsAtOrBelowZero_UsesSquaredLossAndRefusesLogarithms()
    {
        var path = _temp.Write("t.csv", Enumerable.Range(0, 60).Select(i => $"{i},{i - 30}").Prepend("x,t"));
        Assert.Equal("squared", Fitted(path, Quick).Loss);
        var bad = Assert.Throws<BadInputException>(() => Fitted(path, Quick with { Loss = Loss.LogSquared }));
        Assert.Contains("t is 0 or less in 31 of 60 rows", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_EmptyAndInfiniteTargets_SkipsTheOnesAndTellsTheLineOfTheOthers()
    {
        var path = _temp.Write("x,t", "1,1", "2,", "3,nan", "4,2", "5,3");
        Assert.Equal(3, Fitted(path, Quick).Rows);
        Assert.Contains("2 rows without t are left out", _temp.Notes);
        var bad = Assert.Throws<BadInputException>(() => Fitted(_temp.Write("x,t", "1,1", "2,", "", "3,inf"), Quick));
        Assert.Contains("t.csv:5:3: t is infinite", bad.Message, StringComparison.Ordinal);
        Assert.Contains("no row has a value for t", Assert.Throws<BadInputException>(() => Fitted(_temp.Write("x,t", "1,", "2,"), Quick)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fit_FewRows_PredictsWithinThem(int rows)
    {
        var path = _temp.Write("t.csv", Enumerable.Range(1, rows).Select(i => $"{i},{i * 10}").Prepend("x,t"));
        var score = TableScore.Of(Fitted(path, Quick), path, null, _temp.Context);
        Assert.Equal(rows, score.Rows);
        Assert.InRange(score.Mape!.Value, 0, 2);
    }

    [Fact]
    public void Fit_ConstantAllMissingAndIdentifierColumns_DoNotHurt()
    {
        var rng = new Rng(1, "odd");
        var path = _temp.Write("t.csv", Enumerable.Range(0, 400).Select(i => $"{rng.NextInt(5)},7,,id-{i},{i % 5 + 1}").Prepend("x,constant,empty,id,t"));
        Fitted(path, Quick);
        Assert.Contains(_temp.Notes, n => n.StartsWith("column id has 400 different texts", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_ConstantTarget_PredictsIt()
    {
        var path = _temp.Write("t.csv", Enumerable.Range(0, 40).Select(i => $"{i},5").Prepend("x,t"));
        var score = TableScore.Of(Fitted(path, Quick), path, null, _temp.Context);
        Assert.Equal(0, score.Mape!.Value, 1e-9);
        Assert.Null(score.R2);
    }

    [Fact]
    public void Fit_Quantile_HasItsShareBelow()
    {
        var train = _temp.Write("train.csv", Smooth(1500, "train"));
        var score = TableScore.Of(Fitted(train, Quick with { Loss = Loss.Quantile(0.8), Leaves = 6 }), _temp.Write("test.csv", Smooth(1500, "test")), null, _temp.Context);
        Assert.InRange(score.Coverage, 0.75, 0.85);
    }

    [Fact]
    public void Fit_TooFewRowsToCheckASpread_GivesIntervalsOneWidth()
    {
        // 300 rows could grow trees of the spread, but not two halves that check each other.
        var path = _temp.Write("train.csv", Smooth(300, "train"));
        var score = TableScore.Of(Fitted(path, Quick), _temp.Write("test.csv", Smooth(600, "test")), "kind", _temp.Context);
        Assert.InRange(score.Coverage, 0.8, 0.97);
        Assert.All(score.By!.Values, part => Assert.Equal(score.MeanWidth!.Value, part.MeanWidth!.Value, 1e-9));
    }

    [Fact]
    public void Fit_Group_HoldsWholeGroupsOut()
    {
        // Each group has a level of its own: predicting a new group is much harder than a new row.
        var rng = new Rng(3, "levels");
        var level = Enumerable.Range(0, 30).Select(_ => Math.Exp(0.5 * rng.NextGaussian())).ToArray();
        var lines = Enumerable.Range(0, 900).Select(i => $"g{i % 30},{level[i % 30]:R},{rng.NextDouble():R}").Prepend("g,t,x").ToArray();
        var train = _temp.Write("train.csv", lines.Take(601).Where((_, i) => i == 0 || (i - 1) % 30 < 20));
        var test = _temp.Write("test.csv", lines.Where((_, i) => i == 0 || (i - 1) % 30 >= 20));
        var grouped = TableScore.Of(Fitted(train, Quick with { Group = "g" }), test, null, _temp.Context);
        var rowwise = TableScore.Of(Fitted(train, Quick), test, null, _temp.Context);
        Assert.True(grouped.Coverage > rowwise.Coverage + 0.3, $"{grouped.Coverage} {rowwise.Coverage}");
    }

    [Fact]
    public void Fit_UnknownOptions_SaysWhatThereIs()
    {
        var path = _temp.Write("x,t", "1,2", "2,3");
        Assert.Contains("give histogram", Assert.Throws<BadInputException>(() => Fitted(path, Quick with { Trainer = "forest" })).Message, StringComparison.Ordinal);
        Assert.Contains("Edition=full", Assert.Throws<BadInputException>(() => Fitted(path, Quick with { Trainer = "physics+fasttree" })).Message, StringComparison.Ordinal);
        Assert.Contains("lacks", Assert.Throws<BadInputException>(() => Fitted(path, Quick with { Trainer = "physics" })).Message, StringComparison.Ordinal);
        Assert.Equal(3, Assert.Throws<BadInputException>(() => Fitted(path, Quick with { Leaves = 0, Group = "t", Trainer = "forest" })).Problems.Count);
    }

    [Fact]
    public void Fit_NothingButTheTarget_IsRefused()
    {
        foreach (var (lines, options) in new[] { (new[] { "t", "1", "2", "3" }, Quick), (["t,x", "1,2", "2,3"], Quick with { Ignored = ["x"] }) })
        {
            Assert.Contains("no column to tell t from", Assert.Throws<BadInputException>(() => Fitted(_temp.Write(lines), options)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fit_InfiniteAndMissingCells_AreTheExtremesAndAKindOfTheirOwn()
    {
        // Only where x stands says what t is: far left, far right, nowhere, or between.
        string[] cells = ["-inf", "inf", "", "0.5"];
        var path = _temp.Write("t.csv", Enumerable.Range(0, 400).Select(i => $"{cells[i % 4]},{1 + (i % 4)}").Prepend("x,t"));
        Assert.InRange(TableScore.Of(Fitted(path, Quick), path, null, _temp.Context).Mape!.Value, 0, 1e-3);
    }

    [Fact]
    public void Fit_TimestampsTwice_PredictsWhatComesAtThem()
    {
        // A log's clock may stand still: rows that are alike are told apart by nothing, so what they have in common is predicted.
        var rng = new Rng(5, "stamps");
        var path = _temp.Write("t.csv", Enumerable.Range(0, 300).Select(i => $"{i / 100},{(i / 100 * 10) + 4.5 + rng.NextDouble():R}").Prepend("stamp_s,t"));
        var score = TableScore.Of(Fitted(path, Quick), path, null, _temp.Context);
        Assert.InRange(score.Mape!.Value, 0.01, 0.04);
        Assert.InRange(score.Coverage, 0.85, 1);
    }

    [Fact]
    public void Fit_MoreRowsThanItMayLearnFrom_SaysSoAndPredictsTheOthers()
    {
        var path = _temp.Write("train.csv", Smooth(4000, "train"));
        var model = Fitted(path, Quick with { RowsMax = 1000 });
        Assert.Equal(1000, model.Rows);
        Assert.Contains("1000 of 4000 rows are learned from, drawn by the seed", _temp.Notes);
        Assert.InRange(TableScore.Of(model, path, null, _temp.Context).Mape!.Value, 0.03, 0.09);
    }

    [Fact]
    public void Fit_AnyTable_LeavesItAsItIs()
    {
        var path = _temp.Write("train.csv", Smooth(100, "train"));
        var before = File.ReadAllBytes(path);
        Fitted(path, Quick);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fit_Cancelled_StopsAsCancelled(int threads)
    {
        var path = _temp.Write("train.csv", Smooth(100, "train"));
        Assert.Throws<OperationCanceledException>(() => TableFitter.Fit(path, Quick with { Threads = threads }, _temp.Context, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Eval_TargetsTooLargeToSquare_ScoresTheRest()
    {
        var path = _temp.Write("t.csv", Enumerable.Range(0, 40).Select(i => $"{i},{(i % 2 == 0 ? 1e200 : 2e200)}").Prepend("x,t"));
        var score = TableScore.Of(Fitted(path, Quick), path, null, _temp.Context);
        Assert.Null(score.R2);
        Assert.True(double.IsFinite(score.Mape!.Value));
    }

    private static TableFitOptions Quick => new() { Target = "t", Trees = 150, LearningRate = 0.1 };

    private static IEnumerable<string> Smooth(int rows, string purpose)
    {
        var rng = new Rng(1, purpose);
        yield return "x,y,kind,t";
        for (var i = 0; i < rows; i++)
        {
            var (x, y, kind) = (rng.NextDouble(), rng.NextDouble(), rng.NextInt(3));
            yield return $"{x:R},{y:R},{"abc"[kind]},{Math.Exp(x + (kind * y) + (0.05 * rng.NextGaussian())):R}";
        }
    }

    private TableModel Fitted(string path, TableFitOptions options)
    {
        TableFitter.Fit(path, options, _temp.Context).Save(_temp.Model);
        return TableModel.Load(_temp.Model);
    }
}
