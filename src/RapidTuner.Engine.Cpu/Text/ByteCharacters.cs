namespace RapidTuner.Engine.Cpu.Text;

/// <summary>The characters that stand for bytes in byte-level vocabularies (GPT-2's table): printable bytes are themselves, the others follow from U+0100 on.</summary>
internal static class ByteCharacters
{
    private static readonly char[] Characters = Table();
    private static readonly Dictionary<char, byte> Bytes = Characters.Select((c, b) => (c, b)).ToDictionary(p => p.c, p => (byte)p.b);

    /// <summary>The character of a byte.</summary>
    public static char Of(byte value) => Characters[value];

    /// <summary>The byte of a character; false when it stands for none.</summary>
    public static bool TryByte(char character, out byte value) => Bytes.TryGetValue(character, out value);

    private static char[] Table()
    {
        var table = new char[256];
        var others = 0;
        for (var b = 0; b < table.Length; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            table[b] = printable ? (char)b : (char)(256 + others++);
        }

        return table;
    }
}
