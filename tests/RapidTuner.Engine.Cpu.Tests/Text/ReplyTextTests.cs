using System.Text;
using RapidTuner.Engine.Cpu.Text;

namespace RapidTuner.Engine.Cpu.Tests.Text;

public sealed class ReplyTextTests
{
    [Fact]
    public void Add_ACharacterInPieces_ComesOutWhole()
    {
        var text = new ReplyText();
        var pieces = Encoding.UTF8.GetBytes("aé😀").Select((b, i) => text.Add([b], last: i == 6)).ToArray();
        Assert.Equal(["a", "", "é", "", "", "", "😀"], pieces);
    }

    [Fact]
    public void Add_BytesThatAreNoCharacter_ComeOutAsReplacement() => Assert.Equal("\uFFFD", new ReplyText().Add([0xE2, 0x82], last: true));
}
