using RapidTuner.Core.Errors;
using RapidTuner.Learning.Artefacts;

namespace RapidTuner.Learning.Tests.Artefacts;

public sealed class ArtefactFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"artefact-{Guid.NewGuid():N}.model");

    [Fact]
    public void Read_Written_IsTheSame()
    {
        ArtefactFile.Write(_path, [1, 2, 3], [4, 5]);
        var (header, payload) = ArtefactFile.Read(_path);
        Assert.Equal<byte>([1, 2, 3], header.ToArray());
        Assert.Equal<byte>([4, 5], payload.ToArray());
        Assert.False(File.Exists(_path + ".unfinished"));
    }

    [Fact]
    public void Read_AnyByteChanged_IsRefused()
    {
        ArtefactFile.Write(_path, [1, 2, 3], [4, 5]);
        var clean = File.ReadAllBytes(_path);
        for (var i = 0; i < clean.Length; i++)
        {
            var bytes = clean.ToArray();
            bytes[i] ^= 0x40;
            File.WriteAllBytes(_path, bytes);
            Assert.Throws<BadInputException>(() => ArtefactFile.Read(_path));
        }
    }

    [Fact]
    public void Read_Shortened_IsRefused()
    {
        ArtefactFile.Write(_path, [1, 2, 3], [4, 5]);
        var clean = File.ReadAllBytes(_path);
        for (var length = 0; length < clean.Length; length++)
        {
            File.WriteAllBytes(_path, clean[..length]);
            Assert.Throws<BadInputException>(() => ArtefactFile.Read(_path));
        }
    }

    [Fact]
    public void Read_NewerThanReader_SaysSo()
    {
        ArtefactFile.Write(_path, [1], [2]);
        var bytes = File.ReadAllBytes(_path);
        bytes[8] = 2;
        File.WriteAllBytes(_path, bytes);
        var refused = Assert.Throws<BadInputException>(() => ArtefactFile.Read(_path));
        Assert.Contains("format 2, this program reads up to 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SomethingElse_IsRefused()
    {
        Assert.Throws<BadInputException>(() => ArtefactFile.Read(_path));
        File.WriteAllText(_path, string.Concat(Enumerable.Repeat("[", 100_000)));
        Assert.Throws<BadInputException>(() => ArtefactFile.Read(_path));
    }

    public void Dispose() => File.Delete(_path);
}
