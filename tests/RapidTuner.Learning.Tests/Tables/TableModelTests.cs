using System.Text;
using System.Text.Json.Nodes;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Artefacts;
using RapidTuner.Learning.Tables;

namespace RapidTuner.Learning.Tests.Tables;

/// <summary>Headers that a checksum does not protect from: made by someone who knows how to write one.</summary>
public sealed class TableModelTests : IDisposable
{
    private readonly TempTable _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("kind", "\"forecast\"")]
    [InlineData("target", "\"\"")]
    [InlineData("target", "null")]
    [InlineData("features", "null")]
    [InlineData("features", "[null]")]
    [InlineData("features", "[]")]
    [InlineData("quantile", "-1")]
    [InlineData("plain_share", "2")]
    [InlineData("residual_share", "-0.5")]
    [InlineData("law_kind", "\"gemm\"")]
    [InlineData("law", "{}")]
    [InlineData("sections", "[{\"name\":\"plain\",\"bytes\":-1}]")]
    [InlineData("sections", "[{\"name\":\"plain\",\"bytes\":9000000000000000000}]")]
    [InlineData("sections", "[null]")]
    [InlineData("sections", "null")]
    [InlineData("rows", "1e99")]
    public void Load_CraftedHeader_IsRefused(string key, string value)
    {
        Fit();
        var (header, payload) = ArtefactFile.Read(_temp.Model);
        var json = JsonNode.Parse(header.Span)!.AsObject();
        json[key] = JsonNode.Parse(value);
        ArtefactFile.Write(_temp.Model, Encoding.UTF8.GetBytes(json.ToJsonString()), payload.Span);
        Assert.Throws<BadInputException>(() => TableModel.Load(_temp.Model));
    }

    [Fact]
    public void Load_DeepJson_IsRefused()
    {
        ArtefactFile.Write(_temp.Model, Encoding.UTF8.GetBytes("{\"target\":" + new string('[', 5000) + new string(']', 5000) + "}"), []);
        Assert.Throws<BadInputException>(() => TableModel.Load(_temp.Model));
    }

    [Fact]
    public void Load_Written_HasWhatWasFitted()
    {
        Fit();
        var model = TableModel.Load(_temp.Model);
        Assert.Equal(("t", "histogram", "log-squared", 40), (model.Target, model.Trainer, model.Loss, model.Rows));
        Assert.True(model.Trees > 0);
    }

    private void Fit()
    {
        var path = _temp.Write("t.csv", Enumerable.Range(1, 40).Select(i => $"{i},{i * i}").Prepend("x,t"));
        TableFitter.Fit(path, new TableFitOptions { Target = "t", Trees = 20 }, _temp.Context).Save(_temp.Model);
    }
}
