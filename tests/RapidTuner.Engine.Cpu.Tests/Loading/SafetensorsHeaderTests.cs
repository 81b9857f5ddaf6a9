using RapidTuner.Core.Errors;
using RapidTuner.Engine.Cpu.Loading;

namespace RapidTuner.Engine.Cpu.Tests.Loading;

public sealed class SafetensorsHeaderTests
{
    private const string Sound = """{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[16,24]}}""";

    [Fact]
    public void Open_ASoundFile_ReadsItsTensors()
    {
        using var checkpoint = new TestCheckpoint();
        var found = new Problems();
        using var file = SafetensorsFile.Open(checkpoint.Raw(Sound, 24), found);
        Assert.False(found.Any);
        Assert.Equal(["a", "b"], file!.Entries.Keys.Order(StringComparer.Ordinal));
        var values = new float[4];
        file.Read(file.Entries["b"], 0, values);
        Assert.Equal([0, 0, 0, 0], values);
    }

    [Theory]
    [InlineData(Sound, 23, null, "outside the file's 23 bytes")]
    [InlineData(Sound, 25, null, "1 bytes after its last tensor")]
    [InlineData(Sound, 24, ulong.MaxValue, "says that its header has 18446744073709551615 bytes")]
    [InlineData(Sound, 24, 500UL, "says that its header has 500 bytes")]
    [InlineData(Sound, 24, 10UL, "is not JSON")]
    [InlineData("[]", 0, null, "is not a JSON object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}""", 20, null, "lies over another tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""", 16, null, "leaves 4 bytes before it")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, null, "outside")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, null, "no shape of whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}""", 0, null, "takes 0 bytes")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}""", 8, null, "is of type 'Q4'")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, null, "is of type ''")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, null, "stands there twice")]
    [InlineData("""{"a":7}""", 0, null, "is of type ''")]
    public void Open_AHostileHeader_IsToldAndNothingIsRead(string header, int dataBytes, ulong? length, string told)
    {
        using var checkpoint = new TestCheckpoint();
        var found = new Problems();
        Assert.Null(SafetensorsFile.Open(checkpoint.Raw(header, dataBytes, length), found));
        Assert.Contains(found.Found, p => p.ToString().Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void Open_SeveralBadTensors_TellsEveryOne()
    {
        using var checkpoint = new TestCheckpoint();
        var found = new Problems();
        SafetensorsFile.Open(checkpoint.Raw("""{"a":{"dtype":"X","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":"1","data_offsets":[0,4]},"c":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}""", 4), found);
        Assert.True(found.Count >= 3);
    }

    [Fact]
    public void Open_DeepNestingOrAnEmptyFile_IsTold()
    {
        using var checkpoint = new TestCheckpoint();
        var found = new Problems();
        Assert.Null(SafetensorsFile.Open(checkpoint.Raw(new string('[', 100_000), 0), found));
        File.WriteAllBytes(checkpoint.File("empty.safetensors"), []);
        Assert.Null(SafetensorsFile.Open(checkpoint.File("empty.safetensors"), found));
        Assert.Null(SafetensorsFile.Open(checkpoint.File("none.safetensors"), found));
        Assert.Equal(3, found.Count);
    }
}
