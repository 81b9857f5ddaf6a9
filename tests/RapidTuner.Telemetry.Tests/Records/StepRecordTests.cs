using RapidTuner.Core;
using RapidTuner.Core.Samples;
using RapidTuner.Telemetry.Conformance;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Tests.Records;

public sealed class StepRecordTests
{
    [Fact]
    public void From_Sample_KeepsWorkUnderItsPhase()
    {
        var maker = new SampleMaker(1);
        for (var i = 0; i < 500; i++)
        {
            var sample = maker.Step();
            var back = StepRecord.From(in sample, SampleMaker.OriginUs).ToSample(SampleMaker.OriginUs);
            Assert.Equal((sample.Phase, sample.Units, sample.Split, sample.Work, sample.Beside, sample.BesideUnits, sample.Reason), (back.Phase, back.Units, back.Split, back.Work, back.Beside, back.BesideUnits, back.Reason));
            Assert.Equal(sample.StartS, back.StartS, 1e-6);
            Assert.Equal(sample.EndS, back.EndS, 1e-6);
            Assert.Equal(sample.BesideShare, back.BesideShare, 1e-4);
            Assert.Equal(sample.KvFreeShare, back.KvFreeShare, 1e-4);
        }
    }

    [Fact]
    public void From_HybridStep_KeepsBothParts()
    {
        var sample = new StepSample { Phase = Phase.Hybrid, Work = StepWork.Prefill(1, 100, 0), Beside = StepWork.Decode(7, 900), EndS = 1 };
        var record = StepRecord.From(in sample, 0);
        Assert.Equal((7, 900L, 100), (record.DecodeSequences, record.DecodeContextTokens, record.PrefillNewTokens));
        Assert.Equal(8, record.TokensOut);
        Assert.Equal((sample.Work, sample.Beside), (record.ToSample().Work, record.ToSample().Beside));
    }

    [Fact]
    public void FromSOrNull_NotATime_IsNull()
    {
        Assert.Null(Micros.FromSOrNull(double.NaN));
        Assert.Null(Micros.FromSOrNull(double.PositiveInfinity));
        Assert.Equal(1_500_000, Micros.FromSOrNull(1.5));
        Assert.Equal(0, Micros.ShareToE4(double.NaN));
        Assert.Equal(10_000, Micros.ShareToE4(2));
    }
}
