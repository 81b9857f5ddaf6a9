using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Tests.Records;

public sealed class PlanDocumentTests
{
    private static readonly PlanSample Plan = new()
    {
        Seen = new Observation { NowS = 12.5, KvFreeShare = 0.4 },
        Chosen = new Decision(new Split(160, 144), Reason.SmallestDecode),
        ChosenIndex = 1,
        CurrentIndex = 0,
        Propensity = 0.25,
        Explored = true,
        ModelId = "m-1",
        Forecast = new PlanForecast { HorizonS = 5, RequestsPerS = 3.5 },
        State = new PlanState { DecodeSequences = 7, RequestsPerS = double.NaN },
        Candidates =
        [
            new PlanCandidate { Name = "keep", Score = 10, Probability = 0.75 },
            new PlanCandidate { Name = "margin-0.9", Parameters = new Dictionary<string, double>(StringComparer.Ordinal) { ["itl_margin"] = 0.9 }, Score = 11, Probability = 0.25 },
        ],
    };

    [Fact]
    public void TryRead_OfToRecord_GivesThePlanBack()
    {
        var record = PlanDocument.ToRecord(Plan, "learned", 1_000_000);
        Assert.Equal(13_500_000, record.AtUs);
        Assert.Equal(DecisionSource.Plan, record.Source);
        Assert.Equal(0.25, record.Propensity);
        Assert.Equal("m-1", record.ModelId);
        Assert.Equal("learned", record.Policy);

        var read = PlanDocument.TryRead(record)!;
        Assert.Equal("margin-0.9", read.Chosen.Name);
        Assert.Equal(0.9, read.Chosen.Parameters["itl_margin"]);
        Assert.Equal(Plan.State, read.State);
        Assert.Equal(Plan.Forecast, read.Forecast);
        Assert.True(read.Explored);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"chosen_index":2,"candidates":[{"name":"a"}]}""")]
    [InlineData("""{"chosen_index":-1,"candidates":[{"name":"a"}]}""")]
    [InlineData("""[1]""")]
    public void TryRead_NoPlan_IsNull(string predictions) =>
        Assert.Null(PlanDocument.TryRead(new DecisionRecord { Predictions = predictions }));
}
