using System.Buffers.Binary;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Telemetry.LiteDb.Files;

/// <summary>
/// Looks at the pages of a file from outside. LiteDB has no checksums, but each of its pages of 8 KiB begins with its own number
/// and kind, so that pages overwritten by something else give themselves away before they are used.
/// </summary>
internal static class PageCheck
{
    private const int PageBytes = 8192;
    private const int HeaderBytes = 32;
    private const int KindMax = 4;
    private const int FreeListAt = 60;
    private const uint NoPage = uint.MaxValue;

    private static ReadOnlySpan<byte> Magic => "** This is a LiteDB file **"u8;

    /// <summary>Refuses a file whose pages are not LiteDB's.</summary>
    /// <param name="path">Data file.</param>
    /// <param name="whole">True: every page; false: the first.</param>
    /// <exception cref="StoreException">It is damaged.</exception>
    public static void Data(string path, bool whole)
    {
        using var file = Open(path);
        if (file.Length is > 0 and < PageBytes)
        {
            throw new StoreException(StoreFault.Corrupt, $"{path}: {file.Length} bytes are less than one page");
        }

        var page = new byte[PageBytes];
        for (uint number = 0; file.ReadAtLeast(page, PageBytes, throwOnEndOfStream: false) == PageBytes && (whole || number == 0); number++)
        {
            if (number == 0 ? !page.AsSpan(HeaderBytes, Magic.Length).SequenceEqual(Magic) : !IsPage(page, number))
            {
                throw new StoreException(StoreFault.Corrupt, $"{path}: page {number} is damaged");
            }
        }
    }

    /// <summary>The same for a log, whose pages come in any order.</summary>
    public static void Log(string path)
    {
        using var file = Open(path);
        var page = new byte[PageBytes];
        for (var number = 0L; file.ReadAtLeast(page, PageBytes, throwOnEndOfStream: false) == PageBytes; number++)
        {
            if (!IsPage(page, number: null))
            {
                throw new StoreException(StoreFault.Corrupt, $"{path}: page {number} is damaged");
            }
        }
    }

    /// <summary>
    /// Cuts off a page that a write left unfinished. LiteDB does it too, but wants the file for itself alone for that, and a write that
    /// failed may have left it open.
    /// </summary>
    public static void Trim(string path)
    {
        if (new FileInfo(path) is { Exists: true } found && found.Length % PageBytes != 0)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.SetLength(found.Length / PageBytes * PageBytes);
        }
    }

    /// <summary>Bytes of a data file that deleted records left: its list of empty pages, walked. Right while the log is empty.</summary>
    public static long FreeBytes(string path)
    {
        using var file = Open(path);
        var pages = 0L;
        var pagesMax = file.Length / PageBytes;
        Span<byte> number = stackalloc byte[4];
        file.Position = FreeListAt;
        file.ReadExactly(number);
        var next = BinaryPrimitives.ReadUInt32LittleEndian(number);
        while (next != NoPage && next < pagesMax && pages < pagesMax)
        {
            pages++;
            file.Position = (next * (long)PageBytes) + 9;
            file.ReadExactly(number);
            next = BinaryPrimitives.ReadUInt32LittleEndian(number);
        }

        return pages * PageBytes;
    }

    // A page that was never written is blank: a merge of the log writes them in any order.
    private static bool IsPage(byte[] page, uint? number)
    {
        var header = page.AsSpan(0, HeaderBytes);
        return !header.ContainsAnyExcept((byte)0)
            || ((number is null || BinaryPrimitives.ReadUInt32LittleEndian(header) == number)
                && header[4] <= KindMax
                && BinaryPrimitives.ReadUInt16LittleEndian(header[24..]) <= PageBytes
                && BinaryPrimitives.ReadUInt16LittleEndian(header[28..]) <= PageBytes);
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 17);
}
