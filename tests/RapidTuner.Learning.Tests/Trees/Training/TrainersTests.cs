using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.Tests.Trees.Training;

public sealed class TrainersTests
{
    [Fact]
    public void DefaultFor_EveryCapability_FindsOne() =>
        Assert.All(Enum.GetValues<TrainerCapabilities>(), c => Assert.True(Trainers.DefaultFor(c).Capabilities.HasFlag(c)));

    [Fact]
    public void DefaultFor_WithoutOthers_IsTheHistogramTrainer() => Assert.Equal("histogram", Trainers.DefaultFor(TrainerCapabilities.None).Name);
}
