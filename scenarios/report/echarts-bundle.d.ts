/** The bundled build loads in a tenth of the time of the many small modules behind `echarts`. */
declare module 'echarts/dist/echarts.esm.min.mjs' {
  export { init } from 'echarts';
}
