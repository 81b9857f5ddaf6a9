namespace RapidTuner.Engine.Cpu.Model;

/// <summary>A tensor by name.</summary>
/// <param name="Name">Name in the checkpoint, such as <c>model.norm.weight</c>.</param>
/// <param name="Rows">Rows; 1 for a vector.</param>
/// <param name="Columns">Elements of a row.</param>
/// <param name="IsVector">True when the tensor has one dimension only.</param>
internal readonly record struct TensorShape(string Name, int Rows, int Columns, bool IsVector)
{
    public static TensorShape Vector(string name, int elements) => new(name, 1, elements, IsVector: true);

    public static TensorShape Matrix(string name, int rows, int columns) => new(name, rows, columns, IsVector: false);
}
