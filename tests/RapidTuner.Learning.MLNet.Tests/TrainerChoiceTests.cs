using RapidTuner.Core.Errors;
using RapidTuner.Learning.Tables;
using RapidTuner.Learning.Trees.Training;

namespace RapidTuner.Learning.MLNet.Tests;

public sealed class TrainerChoiceTests
{
    public TrainerChoiceTests() => Trainers.UseByDefault(new FastTreeTrainer());

    [Theory]
    [InlineData(null, "squared", "fasttree")]
    [InlineData(null, "log-squared", "fasttree")]
    [InlineData(null, "quantile:0.95", "histogram")]
    [InlineData("physics+fasttree", "log-squared", "physics+fasttree")]
    [InlineData("histogram", "squared", "histogram")]
    public void Parse_NameOrDefault_TakesWhatCan(string? name, string loss, string expected) =>
        Assert.Equal(expected, TrainerChoice.Parse(name, Loss.Parse(loss)).Name);

    [Fact]
    public void Parse_FastTreeForQuantiles_NamesWhatIsMissing() =>
        Assert.Contains("QuantileLoss", Assert.Throws<BadInputException>(() => TrainerChoice.Parse("fasttree", Loss.Quantile(0.9))).Message, StringComparison.Ordinal);
}
