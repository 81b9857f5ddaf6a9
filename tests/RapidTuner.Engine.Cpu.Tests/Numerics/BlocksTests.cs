using RapidTuner.Core.Numerics;
using RapidTuner.Engine.Cpu.Numerics;

namespace RapidTuner.Engine.Cpu.Tests.Numerics;

public sealed unsafe class BlocksTests
{
    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void Multiply_EveryWidth_EqualsSumsInDoublePrecision(int width)
    {
        if ((width == 512 && !Lanes512.Supported) || (width == 256 && !Lanes256.Supported))
        {
            return;
        }

        const int rows = 15, columns = 48, depth = 33;
        var rng = new Rng(1, "blocks");
        using var x = NativeBuffer.OfFloats(rows * depth);
        using var b = NativeBuffer.OfFloats(depth * columns);
        using var y = NativeBuffer.OfFloats(rows * columns);
        for (var i = 0; i < rows * depth; i++)
        {
            x.Floats[i] = (float)rng.NextGaussian();
        }

        for (var i = 0; i < depth * columns; i++)
        {
            b.Floats[i] = (float)rng.NextGaussian();
        }

        for (var add = 0; add < 2; add++)
        {
            switch (width)
            {
                case 512: Blocks.Multiply<Lanes512>(x.Floats, depth, rows, b.Floats, columns, columns, depth, y.Floats, columns, add == 1); break;
                case 256: Blocks.Multiply<Lanes256>(x.Floats, depth, rows, b.Floats, columns, columns, depth, y.Floats, columns, add == 1); break;
                default: Blocks.Multiply<Lanes128>(x.Floats, depth, rows, b.Floats, columns, columns, depth, y.Floats, columns, add == 1); break;
            }
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var sum = 0.0;
                for (var k = 0; k < depth; k++)
                {
                    sum += (double)x.Floats[(row * depth) + k] * b.Floats[(k * columns) + column];
                }

                Assert.Equal(2 * sum, y.Floats[(row * columns) + column], 1e-4);
            }
        }
    }
}
